// The block on the image page.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.ImagePanel = function ImagePanel({ imageId, cast }) {
    return h("div", { className: "row" }, h("div", { className: "col-12" },
      h("h6", null, "Faces"),
      h(ns.FacesPanel, { key: imageId, kind: "image", id: imageId, seek: null, cast })));
  };
})(window.StashSense);
