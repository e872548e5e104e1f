// From page to page of a long list.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.Pages = function Pages({ page, last, onPage }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (last < 2) return null;
    return h("nav", { className: "ss-pages", "aria-label": "Pages" },
      h(Button, { size: "sm", variant: "secondary", disabled: page <= 1, onClick: () => onPage(page - 1), title: "The page before" }, "Back"),
      h("span", null, `Page ${page} of ${last}`),
      h(Button, { size: "sm", variant: "secondary", disabled: page >= last, onClick: () => onPage(page + 1), title: "The next page" }, "Next"));
  };
})(window.StashSense);
