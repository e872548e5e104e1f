// Faces from elsewhere: the user's stash-boxes and galleries of others.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** The stash-boxes that Stash knows, also those nothing has been learned from. @param {GallerySource[]} known @param {StashBox[]} boxes @returns {GallerySource[]} */
  function together(known, boxes) {
    const blank = { people: 0, faces: 0, waiting: 0, rejected: {}, scope: null, statement: null, built_at: null, message: null, next_step: null };
    const fresh = boxes.filter((box) => !known.some((source) => source.endpoint === box.endpoint));
    return [...known, ...fresh.map((box) => ({ ...blank, endpoint: box.endpoint, name: box.name, host: ns.format.host(box.endpoint) }))];
  }

  ns.GalleriesCard = function GalleriesCard({ status, onChange }) {
    const [boxes, setBoxes] = React.useState(/** @type {StashBox[] | null} */ (null));
    React.useEffect(() => {
      let alive = true;
      ns.api.stashBoxes().then((found) => alive && setBoxes(found), () => alive && setBoxes([]));
      return () => {
        alive = false;
      };
    }, []);
    const sources = together(status.sources, boxes || []);
    const none = boxes !== null && !sources.length;
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "Galleries"),
        h("div", { className: "sub-heading" }, none
          ? "Add a stash-box with your key under Settings › Metadata Providers to learn faces of people from there."
          : "People are asked for by their id there and their pictures fetched. No picture and no name of yours is sent; of theirs one small crop of a face per person is kept.")),
      h("section", { className: "ss-setup__body" },
        sources.length > 0 && h("h4", { className: "ss-part" }, "Stash-boxes"),
        sources.length > 0 && h(ns.SourceList, { sources }),
        boxes !== null && boxes.length > 0 && h(ns.GalleryBuild, { sources, runs: status.runs, onDone: onChange }),
        status.outdated.length > 0 && h(ns.FoldedPeople, {
          title: `${ns.format.plural(status.outdated.length, "performer")} with an outdated stash id`, people: status.outdated,
        }),
        status.packages.length > 0 && h("h4", { className: "ss-part" }, "Galleries in use beside your library’s own"),
        status.packages.length > 0 && h(ns.PackageList, { packages: status.packages, runs: status.runs, onDone: onChange }),
        h(ns.GalleryTransfer, { runs: status.runs, onDone: onChange })));
  };
})(window.StashSense);
