// Faces that are not like a person's others: side by side, where each comes from, and the user's word on it.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** @param {{reference: Reference}} props */
  function Origin({ reference }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const { scene_id: scene, image_id: image, performer_id: performer, title, origin } = reference;
    if (scene || image) return h(ns.PlaceLink, { place: reference }, title);
    if (origin === "performer" && performer) return h(Link, { to: `/performers/${performer}` }, "the performer’s own image");
    return h("span", null, reference.address ? ns.format.host(reference.address) : "a scene that is gone");
  }

  /** @param {{reference: Reference, busy: boolean, error: string | null, onSay: (action: string) => void, onEnlarge: (pair: Pair) => void}} props */
  function Row({ reference, busy, error, onSay, onEnlarge }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { crop, beside, name, said } = reference;
    const [caption, referenceCaption] = ["This face", beside ? `${name}: best reference` : ""];
    /** @param {string} action @param {string} label @param {string} title */
    const button = (action, label, title) => h(Button, { key: action, size: "sm", variant: "secondary", disabled: busy, title, onClick: () => onSay(action), "aria-label": `${label}: ${name}` }, label);
    return h("li", { className: "ss-source ss-reference" },
      h("button", { type: "button", className: "ss-pair", onClick: () => onEnlarge({ crop, caption, reference: beside, referenceCaption }), title: "Show large", "aria-label": `Show the face kept for ${name} large` },
        h(ns.Crop, { source: crop, alt: caption }),
        beside && h(ns.Crop, { source: beside, alt: referenceCaption })),
      h("span", { className: "ss-source__words" },
        h("span", { className: "ss-source__title" }, h(ns.PersonName, { name, extra: null, performerId: reference.performer_id })),
        h("span", { className: "ss-source__text text-muted" }, "From ", h(Origin, { reference }), "."),
        h("span", { className: "ss-source__text text-muted" }, ns.format.sentence(reference.why)),
        error && h("span", { className: "ss-source__text text-danger", role: "alert" }, error)),
      h("span", { className: "ss-source__buttons" },
        said
          ? button("restore", "Take that back", "The other faces decide about this one again")
          : [
            button("use", "Use", `${name} is recognised by this face, too`),
            button("set_aside", "Not this person", `${name} is never recognised by this face`),
          ]));
  }

  ns.ReferencesList = function ReferencesList({ status }) {
    const [busy, setBusy] = React.useState("");
    const [error, setError] = React.useState(/** @type {{id: string, text: string} | null} */ (null));
    const [pair, setPair] = React.useState(/** @type {Pair | null} */ (null));
    const alive = ns.useAlive();
    // Before the first set-up there are none and an error: what is wrong stands in the set-up card.
    /** @type {Answered<Reference[]>} */
    const { answer, put } = ns.useAnswer({ mode: "references" }, [status.gallery.build]);
    const rows = answer || [];

    /** @param {Reference} reference @param {string} action */
    const say = async (reference, action) => {
      setBusy(reference.reference_id);
      setError(null);
      try {
        const { references } = /** @type {{references: Reference[]}} */ (await ns.api.operation({ mode: "reference", reference_id: reference.reference_id, action }));
        if (!alive.current) return;
        // Nothing moves or disappears under the cursor: every row that is shown stays where it is, as it is now.
        put((before) => before && before.map((row) => references.find((one) => one.reference_id === row.reference_id) || row));
      } catch (problem) {
        if (alive.current) setError({ id: reference.reference_id, text: ns.format.explain(problem) });
      } finally {
        if (alive.current) setBusy("");
      }
    };

    if (!rows.length) return null;
    const open = rows.filter((row) => !row.said && row.state === "set_aside").length;
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "References that disagree"),
        h("div", { className: "sub-heading" }, open
          ? `${ns.format.plural(open, "face is", "faces are")} not like the others of the same person, so nobody is recognised by ${open === 1 ? "it" : "them"}. Perhaps a scene was accepted for the wrong person.`
          : "Every face that is set aside or in use against the others is so because you said it.")),
      h("section", { className: "ss-setup__body" },
        h("ul", { className: "list-unstyled ss-sources" }, rows.map((reference) => h(Row, {
          key: reference.reference_id, reference, busy: busy === reference.reference_id, error: error && error.id === reference.reference_id ? error.text : null,
          onSay: (/** @type {string} */ action) => say(reference, action), onEnlarge: setPair,
        })))),
      h(ns.EnlargeDialog, { pair, onClose: () => setPair(null) }));
  };
})(window.StashSense);
