// What can be done about those who are ticked.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.ReviewSelection = function ReviewSelection({ count, onAsk, onClear }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (!count) return null;
    return h("div", { className: "ss-selection card border border-secondary shadow", role: "region", "aria-label": "Selection" },
      h("span", { className: "ss-selection__words" }, `${count} selected`),
      h(Button, { size: "sm", variant: "primary", onClick: () => onAsk("accept"), title: "Shows first what adding them will change" }, `Accept ${count}…`),
      h(Button, { size: "sm", variant: "secondary", onClick: () => onAsk("reject"), title: "Shows first what remembering that it is somebody else will change" }, `Not them ${count}…`),
      h(Button, { size: "sm", variant: "secondary", onClick: onClear, title: "Selects nobody" }, "Clear"));
  };
})(window.StashSense);
