// The line "Faces" among a performer's details: by how many faces they are known, and where they wait to be confirmed.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** By what somebody is known, in words. @param {PerformerFaces} faces */
  ns.knownBy = function knownBy({ references, elsewhere, set_aside: aside }) {
    const { plural } = ns.format;
    return [
      references ? plural(references, "reference") : elsewhere ? "" : "no reference",
      elsewhere ? `${plural(elsewhere, "face")} from galleries` : "",
      aside ? `${aside.toLocaleString("en-GB")} set aside` : "",
    ].filter(Boolean).join(", ");
  };

  /** @param {{faces: PerformerFaces}} props */
  function Counts({ faces }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const waiting = { scenes: faces.waiting_scenes, images: faces.waiting_images };
    const lead = waiting.scenes + waiting.images > 0;
    return h("span", null, ns.knownBy(faces), lead && ", ",
      lead && h(Link, { to: ns.pageAt({ tab: "review", performer: faces.performer_id }), title: "Opens what waits for your decision about this performer" }, `${ns.format.places(waiting)} waiting`));
  }

  ns.PerformerFaces = function PerformerFaces({ performerId, fullWidth }) {
    /** @type {Answered<PerformerFaces>} */
    const { answer, error } = ns.useAnswer({ mode: "performer", performer_id: performerId }, [performerId]);
    const faces = answer && answer.performer_id === performerId ? answer : null;
    return h("div", { className: "detail-item ss-performer" },
      h("span", { className: "detail-item-title" }, `Faces${fullWidth ? ":" : ""}`),
      h("span", { className: "detail-item-value" }, faces ? h(Counts, { faces }) : h("span", { className: "text-muted", title: error || undefined }, error ? "not known" : "…")));
  };
})(window.StashSense);
