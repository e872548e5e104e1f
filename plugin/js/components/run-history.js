// The last runs of our tasks.
(function (ns) {
  "use strict";
  const h = ns.h;
  const LOOK = { running: ["faSpinner", "text-muted"], finished: ["faCheck", "text-success"], failed: ["faTriangleExclamation", "text-danger"] };

  ns.RunHistory = function RunHistory({ runs }) {
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "Last runs"), !runs.length && h("div", { className: "sub-heading" }, "No task has run yet.")),
      runs.length > 0 && h("ul", { className: "ss-runs list-unstyled" }, runs.map((run) => {
        const [icon, colour] = LOOK[run.state];
        const amiss = run.state === "finished" && run.failed > 0;
        return h("li", { key: run.run_id, className: "ss-run" },
          h("span", { className: `ss-run__icon ${amiss ? "text-warning" : colour}` }, h(ns.Icon, { name: amiss ? "faTriangleExclamation" : icon })),
          h("span", { className: "ss-run__title" }, ns.format.runTitle(run.kind)),
          h("span", { className: "ss-run__count" }, ns.format.runResult(run)),
          h("span", { className: "ss-run__at text-muted" }, ns.format.when(run.started_at)),
          run.message && h("span", { className: "ss-run__message text-muted" }, run.message));
      })));
  };
})(window.StashSense);
