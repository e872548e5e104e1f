// Whom to learn from the stash-boxes: first an estimate of the effort, then the work itself.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  /** @type {[Scope, string][]} from narrow to wide */
  const SCOPES = [
    ["linked", "performers of my library"],
    ["costars", "them and their co-stars in my scenes"],
    ["all", "everybody"],
  ];

  /** The widest scope learned so far: a narrower one would leave people out. @param {GallerySource[]} sources @returns {Scope} */
  function widest(sources) {
    const known = SCOPES.filter(([scope]) => sources.some((source) => source.scope === scope));
    return (known[known.length - 1] || SCOPES[0])[0];
  }

  /**
   * The estimate for one scope. All stay mounted, so that each keeps its own and finds its job again; only the chosen one is seen, and whichever runs.
   * @param {{scope: Scope, words: string, chosen: boolean, runs: Run[], onDone: () => void}} props
   */
  function Estimate({ scope, words, chosen, runs, onDone }) {
    return h("div", { className: chosen ? "ss-build__estimate" : "ss-build__estimate ss-build__estimate--other" }, h(ns.JobButton, {
      start: { description: `Estimate: ${words}`, args: { mode: "build_gallery", scope, dry_run: true } },
      label: "Estimate", title: "Says how many requests, pictures and hours it would take; downloads no picture", kind: "plan_gallery", runs, onDone,
    }));
  }

  ns.GalleryBuild = function GalleryBuild({ sources, runs, onDone }) {
    const { Form } = window.PluginApi.libraries.Bootstrap;
    const [scope, setScope] = React.useState(() => widest(sources));
    return h("div", { className: "ss-build" },
      h("label", { className: "ss-build__scope" }, h("span", null, "Learn the faces of "),
        h(Form.Control, {
          as: "select", size: "sm", className: "btn-secondary", value: scope,
          onChange: (/** @type {React.ChangeEvent<HTMLSelectElement>} */ event) => setScope(/** @type {Scope} */ (event.target.value)),
        }, SCOPES.map(([value, words]) => h("option", { key: value, value }, words)))),
      h(ns.JobButton, {
        start: { description: "Learn faces from stash-boxes", args: { mode: "build_gallery", scope } }, variant: "primary",
        label: "Learn", title: "Downloads these people’s pictures, keeps what it learns of the faces and one small crop per person. Goes on where it was stopped.",
        kind: "build_gallery", runs, onDone,
      }),
      SCOPES.map(([value, words]) => h(Estimate, { key: value, scope: value, words, chosen: value === scope, runs, onDone })));
  };
})(window.StashSense);
