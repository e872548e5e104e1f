// Our place in Stash's top bar. Stash has these items twice, one of them hidden by `nav-utility`: in the bar, or on a phone in the menu.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.NavItem = function NavItem() {
    const { Nav } = window.PluginApi.libraries.Bootstrap;
    const { NavLink } = window.PluginApi.libraries.ReactRouterDOM;
    // The event key closes the menu of a phone.
    return h(Nav.Link, { as: NavLink, to: ns.PAGE, eventKey: ns.PAGE, className: "nav-utility", title: "Stash Sense", "aria-label": "Stash Sense" },
      h("span", { className: "ss-nav btn minimal text-light d-flex align-items-center h-100" }, h(ns.Icon, { name: "faUserCheck" }), h("span", { className: "ss-nav__word" }, "Stash Sense")));
  };
})(window.StashSense);
