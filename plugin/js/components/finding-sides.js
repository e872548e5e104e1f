// Two performers side by side, with what tells them apart or joins them.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** @param {FindingSide} side @returns {[string, string | null][]} */
  const rows = (side) => [
    ["Also", side.aliases.join(", ") || null], ["Born", side.birth_date], ["Country", side.country], ["Scenes", side.scenes.toLocaleString("en-GB")],
    ["URLs", String(side.urls)], ["Stash ids", String(side.stash_ids)],
  ];

  ns.FindingSides = function FindingSides({ finding, sides }) {
    const told = sides.map(rows);
    const shown = told[0].map(([name], place) => ({ name, place })).filter(({ place }) => told.some((one) => one[place][1]));
    const subject = (/** @type {FindingSide} */ side) => finding.subjects.find((one) => one.id === side.performer_id);
    return h("div", { className: "ss-sides" }, sides.map((side, which) => {
      const about = subject(side);
      return h("div", { key: side.performer_id, className: "ss-side" },
        h(ns.Crop, { source: about ? about.crop : null, alt: `Face of ${side.name}` }),
        h("div", { className: "ss-side__body" },
          h("div", { className: "ss-name" }, about ? h(ns.SubjectLink, { subject: about }) : side.name),
          h("dl", { className: "ss-side__facts" }, shown.map(({ name, place }) => [
            h("dt", { key: `${name}-name` }, name), h("dd", { key: name, className: "ss-side__fact" }, told[which][place][1] || "–"),
          ]))));
    }));
  };
})(window.StashSense);
