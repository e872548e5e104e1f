// The galleries in use beside the library's own: from which sources, how old, and the way back.
(function (ns) {
  "use strict";
  const h = ns.h;
  const OURS = "boxes"; // the one that “Learn faces from stash-boxes” makes

  /** @param {{gallery: GalleryPackage, runs: Run[], onDone: () => void}} props */
  function Row({ gallery, runs, onDone }) {
    const { name } = gallery;
    const sources = ns.format.among(gallery.sources.map((source) => source.name || source.host));
    return h("li", { className: "ss-source" },
      h("span", { className: `ss-source__dot text-${gallery.problem ? "warning" : "success"}` }, h(ns.Icon, { name: gallery.problem ? "faTriangleExclamation" : "faCircleCheck" })),
      h("span", { className: "ss-source__words" },
        h("span", { className: "ss-source__title" }, name, name === OURS && h("span", { className: "text-muted" }, " learned here")),
        h("span", { className: "ss-source__text text-muted" },
          `${ns.format.plural(gallery.people, "person", "people")}, ${ns.format.plural(gallery.faces, "face")}${sources ? ` from ${sources}` : ""}; in use since ${ns.format.when(gallery.activated_at)}`),
        gallery.problem && h("span", { className: "ss-source__text text-warning" }, gallery.problem)),
      h("span", { className: "ss-source__buttons" },
        gallery.can_roll_back && h(ns.JobButton, {
          start: { description: `Go back: gallery ${name}`, args: { mode: "roll_back_gallery", name } },
          label: "Go back", title: "Uses the build before this one again", kind: "roll_back_gallery", runs, onDone,
        }),
        h(ns.JobButton, {
          start: { description: `Remove gallery ${name}`, args: { mode: "remove_gallery", name } },
          label: "Remove", title: "Takes this gallery out of use and off the disk; your own performers stay", kind: "remove_gallery", runs, onDone,
          ask: { text: `Take the gallery “${name}” out of use and delete it from the disk? Your own performers and decisions stay.`, yes: "Remove", no: "Keep it" },
        })));
  }

  ns.PackageList = function PackageList({ packages, runs, onDone }) {
    return h("ul", { className: "list-unstyled ss-sources" }, packages.map((gallery) => h(Row, { key: gallery.name, gallery, runs, onDone })));
  };
})(window.StashSense);
