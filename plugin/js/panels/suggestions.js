// The tab "Suggestions": what rules have found in the whole library, by rule, with true totals.
(function (ns) {
  "use strict";
  const h = ns.h;
  const PER_PAGE = 25;

  /** @param {{rule: string, counts: Record<string, number>, onRule: (rule: string | null) => void}} props */
  function Rules({ rule, counts, onRule }) {
    const { Form } = window.PluginApi.libraries.Bootstrap;
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const known = ns.RULES.filter((one) => counts[one.key] || one.key === rule);
    const named = (/** @type {number} */ count) => count.toLocaleString("en-GB");
    return h("label", { className: "ss-rules" }, "Show ",
      h(Form.Control, { as: "select", size: "sm", className: "btn-secondary", value: rule, onChange: (/** @type {{target: {value: string}}} */ event) => onRule(event.target.value || null) },
        h("option", { value: "" }, `everything (${named(all)})`),
        known.map((one) => h("option", { key: one.key, value: one.key }, `${one.title} (${named(counts[one.key] || 0)})`))));
  }

  /** @param {{dismissed: boolean, page: number, filtered: boolean, onFirst: () => void, onAll: () => void}} props */
  function Nothing({ dismissed, page, filtered, onFirst, onAll }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (page > 1) return h("div", { className: "ss-empty" }, h("p", null, "Nothing is left on this page."),
      h(Button, { size: "sm", variant: "secondary", onClick: onFirst, title: "Goes to the first page" }, "First page"));
    if (filtered) return h("div", { className: "ss-empty" }, h("p", null, "Nothing of this kind."),
      h(Button, { size: "sm", variant: "secondary", onClick: onAll, title: "Shows suggestions of every kind" }, "Show everything"));
    if (dismissed) return h("div", { className: "ss-empty" }, h("p", null, "You have dismissed nothing."));
    return h("div", { className: "ss-empty" }, h("p", null, "Nothing to suggest."),
      h("p", { className: "text-muted" }, "The task “Look for suggestions” looks through the whole library; it writes nothing to Stash."));
  }

  /** One page of one list; another one is another component, so that nothing of the last one stays. @param {ReviewTabProps & {runs: Run[], onDone: () => void}} props */
  function List({ query, go, runs, onDone }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const page = Math.max(1, Math.floor(Number(query.page)) || 1);
    const dismissed = query.state === "dismissed";
    const rule = query.rule || "";
    /** @type {Answered<FindingPage>} */
    const { answer, error, load } = ns.useAnswer({ mode: "findings", rule: rule || null, state: dismissed ? "dismissed" : "open", page, per_page: PER_PAGE }, []);

    /** @returns {Shown} */
    function content() {
      if (!answer && error) return null;
      if (!answer) return LoadingIndicator ? h(LoadingIndicator, { message: "" }) : "Loading…";
      return [
        h("div", { key: "head", className: "ss-unknowns__head" },
          h(Rules, { rule, counts: answer.by_rule, onRule: (to) => go({ rule: to, page: null }) }),
          h(Button, { size: "sm", variant: "link", onClick: () => go({ state: dismissed ? null : "dismissed", page: null }), title: dismissed ? "Shows what is open" : "Shows what you have said is fine as it is" }, dismissed ? "Back to the list" : "Dismissed ones")),
        answer.items.length
          ? h("div", { key: "cards", className: "ss-findings" }, answer.items.map((finding) => h(ns.FindingCard, { key: finding.finding_id, finding })))
          : h(Nothing, { key: "nothing", dismissed, page, filtered: !!rule, onFirst: () => go({ page: null }), onAll: () => go({ rule: null, page: null }) }),
        h(ns.Pages, { key: "pages", page, last: Math.ceil(answer.total / answer.per_page), onPage: (to) => go({ page: to > 1 ? String(to) : null }) }),
      ];
    }

    return h("div", { className: "ss-panel ss-panel--page" },
      error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: () => load() },
        h(Button, { size: "sm", variant: "secondary", onClick: () => load(), title: "Asks again" }, "Try again")),
      content(),
      h("div", { className: "ss-look" }, h(ns.TaskButton, { mode: "find_suggestions", runs, onDone: () => (onDone(), load()) })));
  }

  ns.Suggestions = function Suggestions({ query, go }) {
    /** @type {Answered<Status>} */
    const { answer: status, load } = ns.useAnswer({ mode: "status" }, []);
    const key = [query.rule, query.state, query.page].join(" ");
    return h(List, { key, query, go, runs: status ? status.runs : [], onDone: load });
  };
})(window.StashSense);
