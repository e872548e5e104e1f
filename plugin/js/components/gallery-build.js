// Whom to learn from the stash-boxes: first an estimate of the effort, then the work itself.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  /** @type {[Scope, string][]} */
  const SCOPES = [
    ["linked", "performers of my library"],
    ["costars", "them and their co-stars in my scenes"],
    ["all", "everybody"],
  ];

  ns.GalleryBuild = function GalleryBuild({ runs, onDone }) {
    const { Form } = window.PluginApi.libraries.Bootstrap;
    const [scope, setScope] = React.useState(/** @type {Scope} */ ("linked"));
    const estimate = runs.find((run) => run.kind === "plan_gallery" && run.state === "finished");
    return h("div", { className: "ss-build" },
      h("label", { className: "ss-build__scope" }, h("span", null, "Learn the faces of "),
        h(Form.Control, {
          as: "select", size: "sm", className: "btn-secondary", value: scope,
          onChange: (/** @type {React.ChangeEvent<HTMLSelectElement>} */ event) => setScope(/** @type {Scope} */ (event.target.value)),
        }, SCOPES.map(([value, words]) => h("option", { key: value, value }, words)))),
      h(ns.JobButton, {
        key: `plan ${scope}`, start: { description: `Estimate: ${SCOPES.find(([value]) => value === scope)?.[1]}`, args: { mode: "build_gallery", scope, dry_run: true } },
        label: "Estimate", title: "Says how many requests, pictures and hours it would take; downloads no picture", onDone,
      }),
      h(ns.JobButton, {
        start: { description: "Learn faces from stash-boxes", args: { mode: "build_gallery", scope } }, variant: "primary",
        label: "Learn", title: "Downloads these people’s pictures, keeps what it learns of the faces and no picture. Goes on where it was stopped.", onDone,
      }),
      estimate && estimate.message && h("div", { className: "ss-build__estimate text-muted" }, `${ns.format.when(estimate.started_at)}: ${estimate.message}`));
  };
})(window.StashSense);
