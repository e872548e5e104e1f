// Our own page, /plugins/stash-sense: one tab per kind of work. The address says which tab, which page, which person.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.PAGE = `/plugins/${ns.ID}`;
  /** @type {ReviewTab[]} another tab is one more line */
  ns.reviewTabs = [
    { key: "review", title: "People to review", Panel: ns.ReviewPeople },
    { key: "unknown", title: "Unknown people", Panel: ns.UnknownPeople },
    { key: "suggestions", title: "Suggestions", Panel: ns.Suggestions },
    { key: "history", title: "History", Panel: ns.History },
  ];

  /** Where a link has to lead. @param {Record<string, string>} query */
  ns.pageAt = (query) => `${ns.PAGE}?${new URLSearchParams(query)}`;

  ns.ReviewPage = function ReviewPage() {
    const { Nav, Tab } = /** @type {any} */ (window.PluginApi.libraries.Bootstrap);
    const { useHistory, useLocation } = /** @type {any} */ (window.PluginApi.libraries.ReactRouterDOM);
    const location = useLocation();
    const history = useHistory();
    /** @type {Record<string, string>} */
    const query = Object.fromEntries(new URLSearchParams(location.search));
    const tab = ns.reviewTabs.find((one) => one.key === query.tab) || ns.reviewTabs[0];

    /** Changes what the address says; null takes it out. @param {Record<string, string | null>} changes @param {boolean} [replace] without a step to go back to */
    const go = (changes, replace) => {
      const next = Object.entries({ ...query, tab: tab.key, ...changes }).filter(([, value]) => value !== null);
      const to = `${location.pathname}?${new URLSearchParams(/** @type {[string, string][]} */ (next))}`;
      if (replace) history.replace(to);
      else history.push(to);
    };

    return h("div", { className: "ss-page" },
      h("h2", { className: "ss-page__title" }, "Stash Sense"),
      h(Tab.Container, { id: "stash-sense-review", activeKey: tab.key, onSelect: (/** @type {string} */ key) => history.push(ns.pageAt({ tab: key })) },
        h(Nav, { variant: "tabs" }, ns.reviewTabs.map(({ key, title }) => h(Nav.Item, { key }, h(Nav.Link, { eventKey: key }, title)))),
        h(Tab.Content, { className: "ss-page__tab" }, h(Tab.Pane, { eventKey: tab.key, "aria-label": tab.title }, h(tab.Panel, { query, go })))));
  };
})(window.StashSense);
