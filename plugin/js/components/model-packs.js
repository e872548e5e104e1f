// The model packs that can be chosen: licence, size, what each still needs; and the consent to the terms of one that has any.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** Icon, colour and words of where a pack stands. @param {ModelPack} pack @returns {[string, string, string]} */
  function standing(pack) {
    if (!pack.runs_here) return ["faCircleInfo", "muted", "does not run on this machine"];
    if (pack.in_use) return ["faCircleCheck", "success", pack.chosen ? "in use" : "in use until “Update gallery” has finished"];
    if (pack.chosen) return ["faTriangleExclamation", "warning", pack.ready ? "chosen, in use after “Update gallery”" : "chosen, not set up yet"];
    return pack.ready ? ["faCircleCheck", "muted", "ready"] : ["faDownload", "muted", `${ns.format.bytes(pack.size_bytes)} to download`];
  }

  /** @param {ModelPack} pack @param {string} current the pack in use @returns {Shown} */
  function consequences(pack, current) {
    const size = pack.ready ? "" : `${ns.format.bytes(pack.size_bytes)} are downloaded. `;
    return h(window.PluginApi.React.Fragment, null,
      pack.terms && h("p", { className: "ss-terms" }, pack.terms),
      pack.terms && pack.terms_url && h("p", null, h("a", { href: pack.terms_url, target: "_blank", rel: "noopener noreferrer" }, "Read the terms"), h("span", { className: "text-muted" }, ` ${pack.terms_url}`)),
      h("p", null, `${size}Then “Update gallery” has to learn every face anew, and every scene has to be looked at again. Until then “${current}” stays in use; your decisions stay.`));
  }

  /** @param {{pack: ModelPack, current: string, runs: Run[], onDone: () => void}} props */
  function Row({ pack, current, runs, onDone }) {
    const [icon, colour, words] = standing(pack);
    const facts = [pack.licence, words, pack.provisional && "thresholds not measured yet: never states more than 90 %"].filter(Boolean).join("; ");
    const settled = pack.chosen && pack.ready;
    return h("li", { className: "ss-source" },
      h("span", { className: `ss-source__dot text-${colour}` }, h(ns.Icon, { name: icon })),
      h("span", { className: "ss-source__words" },
        h("span", { className: "ss-source__title" }, pack.name),
        h("span", { className: "ss-source__text text-muted" }, facts)),
      pack.runs_here && !settled && h("span", { className: "ss-source__buttons" }, h(ns.JobButton, {
        start: {
          description: `Set up model pack ${pack.name}`,
          args: { mode: "set_up_pack", pack: pack.name, ...(pack.terms ? { accept_licence: true } : {}) },
        },
        label: pack.chosen ? "Set up" : "Use this pack", kind: "set_up_pack", runs, onDone,
        title: pack.terms ? "Shows its terms first" : pack.in_use ? "Keeps the present pack after all" : "Sets it up; the present pack stays in use until “Update gallery” has finished",
        ask: pack.in_use && !pack.terms ? undefined : {
          title: `Use the model pack ${pack.name}?`, text: consequences(pack, current),
          yes: pack.terms ? "I accept these terms" : "Use this pack", no: "Cancel", variant: "primary",
        },
      })));
  }

  ns.ModelPacks = function ModelPacks({ status, onChange }) {
    if (!status.packs.length) return null;
    const packs = [...status.packs].sort((one, other) => Number(other.in_use) - Number(one.in_use) || Number(other.chosen) - Number(one.chosen));
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "Model packs"),
        h("div", { className: "sub-heading" }, "The models that find and compare faces. Faces learned with one cannot be compared with those of another.")),
      h("section", { className: "ss-setup__body" },
        h("ul", { className: "list-unstyled ss-sources" }, packs.map((pack) => h(Row, { key: pack.name, pack, current: status.pack.name, runs: status.runs, onDone: onChange })))));
  };
})(window.StashSense);
