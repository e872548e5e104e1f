// The crop from the scene beside the reference; a click shows both large, side by side.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.Crop = function Crop({ source, alt, small }) {
    const image = ns.format.safeImage(source);
    const name = `ss-crop${small ? " ss-crop--small" : ""}`;
    return image ? h("img", { className: name, src: image, alt }) : h("span", { className: `${name} ss-crop--none`, role: "img", "aria-label": `${alt} (no picture)` }, h(ns.Icon, { name: "faUser" }));
  };

  ns.FacePair = function FacePair({ person, candidate, onEnlarge }) {
    const name = candidate ? candidate.name : "unknown person";
    const at = person.best_time_s === null ? "" : ` at ${ns.format.time(person.best_time_s)}`;
    const caption = `Seen here${at}`;
    const referenceCaption = candidate ? `${candidate.name}${candidate.references ? `: best of ${ns.format.plural(candidate.references, "reference")}` : ""}` : "";
    const open = () => onEnlarge({ crop: person.crop, caption, reference: candidate && candidate.crop, referenceCaption });
    return h("button", { type: "button", className: "ss-pair", onClick: open, title: "Show large", "aria-label": `Show the face of ${name} large` },
      h(ns.Crop, { source: person.crop, alt: caption }),
      candidate && h(ns.Crop, { source: candidate.crop, alt: referenceCaption }));
  };

  ns.EnlargeDialog = function EnlargeDialog({ pair, onClose }) {
    const { Modal, Button } = window.PluginApi.libraries.Bootstrap;
    /** @param {string | null} source @param {string} caption */
    const figure = (source, caption) => h("figure", { className: "ss-large" }, h(ns.Crop, { source, alt: caption }), h("figcaption", null, caption));
    return h(Modal, { show: !!pair, onHide: onClose, centered: true, "aria-label": "Faces side by side" },
      h(Modal.Body, { className: "ss-larges" },
        pair && figure(pair.crop, pair.caption),
        pair && pair.referenceCaption && figure(pair.reference, pair.referenceCaption)),
      h(Modal.Footer, null, h(Button, { variant: "secondary", onClick: onClose }, "Close")));
  };
})(window.StashSense);
