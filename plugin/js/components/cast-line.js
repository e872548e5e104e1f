// Performers on the scene of whom nothing was seen, with the reason.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.CastLine = function CastLine({ cast, kind }) {
    const missing = cast.filter((member) => !member.seen);
    if (!missing.length) return null;
    return h("div", { className: "ss-cast" },
      h("span", { className: "text-muted" }, `On this ${kind === "scene" ? "scene" : "picture"}, not seen: `),
      missing.map((member, index) => h("span", { key: member.performer_id, className: "ss-cast__member" },
        index > 0 && ", ",
        h(ns.PersonName, { name: member.name, extra: null, performerId: member.performer_id }),
        member.reason && h("span", { className: "text-muted" }, ` (${member.reason})`))));
  };
})(window.StashSense);
