// A name; a link where there is a performer in the library, else where the person is known from.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.PersonName = function PersonName({ name, extra, performerId, origin }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const more = extra && h("span", { className: "ss-name__extra text-muted" }, ` (${extra})`);
    const from = origin && h("span", { className: "ss-name__extra text-muted", title: `Not in your library: known from ${origin}` }, ` from ${origin}`);
    const link = performerId ? h(Link, { to: `/performers/${encodeURIComponent(performerId)}`, title: "Open the performer" }, name) : name;
    return h("span", { className: "ss-name" }, link, more, from);
  };
})(window.StashSense);
