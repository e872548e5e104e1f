// One part of what Stash Sense needs: whether it works, what is said of it, and the task that helps.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.SetupRow = function SetupRow({ ok, word, title, text, fix, variant, runs, onDone, children }) {
    return h("li", { className: "ss-setup__row" },
      h("span", { className: `ss-setup__dot text-${ok ? "success" : "warning"}` }, h(ns.Icon, { name: ok ? "faCircleCheck" : "faTriangleExclamation" }), h("span", { className: "sr-only" }, word)),
      h("span", { className: "ss-setup__words" }, h("span", { className: "ss-setup__title" }, title),
        h("span", { className: `ss-setup__text${ok ? " text-muted" : ""}` }, text)),
      fix && h(ns.TaskButton, { key: fix, mode: fix, variant, runs, onDone }),
      children);
  };
})(window.StashSense);
