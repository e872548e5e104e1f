// Scenes whose performers may be tagged wrongly, as far as faces tell: for the user to look at.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** @param {CheckCast} one */
  function reason(one) {
    if (one.kind === "not_seen") return "is on the scene, and everybody seen there is somebody else";
    return `seen in ${ns.format.plural(one.frames, "frame")} (${ns.format.percent(one.probability)}), not on the scene`;
  }

  ns.CheckCast = function CheckCast({ list, total }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const [open, setOpen] = React.useState(false);
    if (!total) return null;
    const scenes = [...new Set(list.map((one) => one.scene_id))];
    return h("div", { className: "ss-without" },
      h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
        h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }),
        h("span", null, `Check cast: ${ns.format.plural(total, "performer")} who may be missing or wrongly tagged`)),
      open && h("ul", { className: "ss-without__list list-unstyled" }, scenes.map((id) => {
        const mine = list.filter((one) => one.scene_id === id);
        return h("li", { key: id, className: "ss-check" },
          h(Link, { to: `/scenes/${encodeURIComponent(id)}`, title: "Open the scene" }, mine[0].title || `Scene ${id}`),
          mine[0].both && h("span", { className: "text-muted" }, " (perhaps one was tagged for the other)"),
          h("ul", { className: "ss-check__people list-unstyled" }, mine.map((one) => h("li", { key: `${one.kind} ${one.performer_id}` },
            h(ns.PersonName, { name: one.name, extra: null, performerId: one.performer_id }), h("span", { className: "text-muted" }, ` ${reason(one)}`)))));
      })),
      open && total > list.length && h("div", { className: "text-muted" }, `${(total - list.length).toLocaleString("en-GB")} more are not listed.`));
  };
})(window.StashSense);
