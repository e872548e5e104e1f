// A folded list of performers, each with what is amiss.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.FoldedPeople = function FoldedPeople({ title, people }) {
    const [open, setOpen] = React.useState(false);
    return h("div", { className: "ss-without" },
      h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
        h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }),
        h("span", null, title)),
      open && h("ul", { className: "ss-without__list list-unstyled" }, people.map((person) => h("li", { key: person.performer_id || person.name },
        h(ns.PersonName, { name: person.name, extra: null, performerId: person.performer_id }), h("span", { className: "text-muted" }, `: ${person.reason}`)))));
  };
})(window.StashSense);
