// A message with the button that puts things right.
(function (ns) {
  "use strict";
  const h = ns.h;
  const ICONS = { danger: "faCircleExclamation", warning: "faTriangleExclamation", secondary: "faCircleInfo" };

  ns.Notice = function Notice({ text, fix, variant, runs, onDone, children }) {
    const kind = variant || "danger";
    return h("div", { className: `ss-notice ss-notice--${kind}`, role: kind === "danger" ? "alert" : undefined },
      h("span", { className: `ss-notice__icon text-${kind === "secondary" ? "muted" : kind}` }, h(ns.Icon, { name: ICONS[kind] })),
      h("div", { className: "ss-notice__body" },
        h("div", null, text),
        (fix || children) && h("div", { className: "ss-notice__actions" }, fix && h(ns.TaskButton, { key: fix, mode: fix, variant: "primary", runs, onDone }), children)));
  };
})(window.StashSense);
