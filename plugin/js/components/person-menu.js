// The ⋮ menu of a person.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.PersonMenu = function PersonMenu({ label, locked, named, candidate, whyOpen, onWhy, onSearch }) {
    const { Dropdown } = window.PluginApi.libraries.Bootstrap;
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    return h(Dropdown, { className: "ss-menu", alignRight: true },
      h(Dropdown.Toggle, { variant: "secondary", size: "sm", className: "minimal ss-menu__toggle", title: "More", "aria-label": `More about ${label}` }, h(ns.Icon, { name: "faEllipsisV" })),
      h(Dropdown.Menu, { className: "bg-secondary text-white" },
        h(Dropdown.Item, { as: "button", type: "button", className: "bg-secondary text-white", disabled: locked || named, onClick: onSearch, title: named ? "Undo first, then say who it is" : "Say who this is" }, candidate ? "Somebody else…" : "Name…"),
        candidate && candidate.performer_id && h(Dropdown.Item, { as: Link, to: `/performers/${encodeURIComponent(candidate.performer_id)}`, className: "bg-secondary text-white" }, "Open performer"),
        h(Dropdown.Item, { as: "button", type: "button", className: "bg-secondary text-white", onClick: onWhy, title: "The evidence in words" }, whyOpen ? "Hide the reasons" : "Why?")));
  };
})(window.StashSense);
