// The stash-boxes: how complete each is, what was learned from it, what stands in the way and what comes next.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  // Outcomes of reading a picture (core/catalogue/values.py) in words.
  /** @type {Record<string, string>} */
  const REASONS = {
    no_face: "no face found", several_faces: "several people in the picture", image_too_small: "picture too small", face_too_small: "face too small",
    low_confidence: "doubtful face", extreme_angle: "turned away", low_quality: "blurred or dark", not_an_image: "no picture", unreadable: "cannot be read",
    gone: "not on the server any more", failed: "could not be downloaded", same_bytes: "the same picture twice", disagrees: "disagrees with the person’s others",
    group_photo: "group photo", unconfirmed: "nothing to confirm it", source_cap: "beyond the limit of a source", total_cap: "beyond the limit of a person",
  };

  /** @param {GallerySource} source */
  function facts(source) {
    if (!source.people && !source.built_at) return "nothing learned yet";
    const waiting = source.waiting ? `; ${ns.format.plural(source.waiting, "picture")} to go` : "";
    return `${ns.format.plural(source.people, "person", "people")}, ${ns.format.plural(source.faces, "face")}${waiting}${source.built_at ? `; read ${ns.format.when(source.built_at)}` : ""}`;
  }

  /** @param {{source: GallerySource}} props */
  function Source({ source }) {
    const [open, setOpen] = React.useState(false);
    const reasons = Object.entries(source.rejected || {}).sort((a, b) => b[1] - a[1]);
    const total = reasons.reduce((sum, one) => sum + one[1], 0);
    return h("li", { className: "ss-source" },
      h("span", { className: `ss-source__dot text-${source.message ? "warning" : source.built_at ? "success" : "muted"}` },
        h(ns.Icon, { name: source.message ? "faTriangleExclamation" : source.built_at ? "faCircleCheck" : "faCircleInfo" })),
      h("span", { className: "ss-source__words" },
        h("span", { className: "ss-source__title" }, source.name, h("span", { className: "text-muted" }, ` ${source.host}`)),
        h("span", { className: "ss-source__text text-muted" }, facts(source)),
        source.statement && h("span", { className: "ss-source__text text-muted" }, source.statement),
        source.message && h("span", { className: "ss-source__text text-warning" }, source.message),
        source.next_step && h("span", { className: "ss-source__text text-muted" }, source.next_step)),
      total > 0 && h("div", { className: "ss-without" },
        h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
          h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }), h("span", null, `${ns.format.plural(total, "picture")} not used`)),
        open && h("ul", { className: "ss-without__list list-unstyled" }, reasons.map(([reason, count]) =>
          h("li", { key: reason }, `${REASONS[reason] || reason.replace(/_/g, " ")}: ${count.toLocaleString("en-GB")}`)))));
  }

  ns.SourceList = function SourceList({ sources }) {
    return h("ul", { className: "list-unstyled ss-sources" }, sources.map((source) => h(Source, { key: source.endpoint, source })));
  };
})(window.StashSense);
