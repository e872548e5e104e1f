// The tab "History": what was decided, by whom, and the way back.
(function (ns) {
  "use strict";
  const h = ns.h;
  const PER_PAGE = 25;
  const LAST_PAGE = 1e6;
  const NEVER = () => false; // what waits here was begun elsewhere: "Go on" is for the user to press

  /** @param {{batch: Batch}} props */
  function BatchRow({ batch }) {
    return h("li", { className: "ss-history__row" },
      h("span", { className: "ss-history__icon text-muted" }, h(ns.Icon, { name: "faUsers" })),
      h("div", { className: "ss-history__words" },
        h(ns.BatchLine, { batch, claim: NEVER, onChange: () => undefined }),
        h("div", { className: "ss-history__facts text-muted" }, "by you · ", h(ns.When, { at: batch.at }))));
  }

  /** @param {{page: number, onFirst: () => void}} props */
  function Nothing({ page, onFirst }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (page > 1) return h("div", { className: "ss-empty" }, h("p", null, "The history does not go back that far."),
      h(Button, { size: "sm", variant: "secondary", onClick: onFirst, title: "Goes to the newest decisions" }, "First page"));
    return h("div", { className: "ss-empty" }, h("p", null, "Nothing has been decided yet."),
      h("p", { className: "text-muted" }, "Whom you add, rule out or name stands here afterwards, and can be taken back here."));
  }

  ns.History = function History({ query, go }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const page = Math.min(LAST_PAGE, Math.max(1, Math.floor(Number(query.page)) || 1));
    /** @type {Answered<HistoryPage>} */
    const { answer, error, load } = ns.useAnswer({ mode: "history", page, per_page: PER_PAGE }, [page]);
    const list = answer && answer.page === page ? answer : null; // the page before is not shown as if it were this one
    const decisions = list ? /** @type {DecisionEntry[]} */ (list.items.filter((one) => "decision_id" in one)) : [];
    const details = ns.usePlaces(decisions);
    /** @param {Place} place @returns {string | null} "" while Stash has not said; null: not there any more */
    const titleOf = (place) => {
      const detail = details[ns.placeKey(place)];
      return detail ? detail.title : detail === null ? null : "";
    };

    /** @returns {Shown} */
    function content() {
      if (!list && error) return null;
      if (!list) return LoadingIndicator ? h(LoadingIndicator, { message: "" }) : "Loading…";
      if (!list.items.length) return h(Nothing, { page, onFirst: () => go({ page: null }) });
      const last = Math.ceil(list.total / list.per_page);
      return [
        h("div", { key: "head", className: "ss-unknowns__head text-muted" }, `${ns.format.plural(list.total, "entry", "entries")}, the newest first`),
        h("ul", { key: "rows", className: "ss-history list-unstyled" }, list.items.map((one) => ("batch_id" in one
          ? h(BatchRow, { key: `batch ${one.batch_id}`, batch: one })
          : h(ns.HistoryRow, { key: one.decision_id, entry: one, title: titleOf(one) })))),
        h(ns.Pages, { key: "pages", page, last, onPage: (to) => go({ page: to > 1 ? String(to) : null }) }),
      ];
    }

    return h("div", { className: "ss-panel ss-panel--page" },
      error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: () => void load() },
        h(Button, { size: "sm", variant: "secondary", onClick: () => void load(), title: "Asks again" }, "Try again")),
      content());
  };
})(window.StashSense);
