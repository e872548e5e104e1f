// A name; a link where there is a performer in the library.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.PersonName = function PersonName({ name, extra, performerId }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const more = extra && h("span", { className: "ss-name__extra text-muted" }, ` (${extra})`);
    const link = performerId ? h(Link, { to: `/performers/${encodeURIComponent(performerId)}`, title: "Open the performer" }, name) : name;
    return h("span", { className: "ss-name" }, link, more);
  };
})(window.StashSense);
