// People of whom too little was seen, folded into one line with the reasons.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.InsufficientList = function InsufficientList({ people, ...rest }) {
    const [open, setOpen] = React.useState(false);
    if (!people.length) return null;
    const reasons = ns.format.reasons(people);
    return h("div", { className: "ss-weak" },
      h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
        h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }),
        h("span", null, `Not enough evidence: ${ns.format.plural(people.length, "person", "people")}`)),
      reasons && h("div", { className: "ss-weak__why text-muted" }, reasons),
      open && people.map((person) => h(ns.PersonCard, { key: person.track_id, person, ...rest })));
  };
})(window.StashSense);
