// The top of the panel: how things stand with this scene or picture, and the button that looks (again).
(function (ns) {
  "use strict";
  const h = ns.h;

  /** What was looked at, for the small print. @param {Faces} faces */
  function sampled(faces) {
    if (!faces.sampled) return "";
    const unusable = faces.sampled.unusable ? `, ${faces.sampled.unusable} too small or unclear` : "";
    return `${ns.format.plural(faces.sampled.faces, "face")} found${unusable}`;
  }

  ns.FacesHeader = function FacesHeader({ kind, model }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { faces, watch, outcome, problems } = model;
    if (!faces) return null;
    const place = kind === "scene" ? "scene" : "picture";
    const blocked = problems.some((problem) => problem.fix === "set_up");
    /** @param {string} label @param {string} variant */
    const look = (label, variant) => h(Button, {
      size: "sm", variant, disabled: watch.busy || blocked, onClick: watch.start,
      title: blocked ? "First put right what is said here" : `Looks for faces in this ${place} and compares them with the gallery; adds nothing by itself unless you set it to`,
    }, label);

    /** @returns {Shown} */
    function state() {
      if (!faces) return null;
      if (watch.job || faces.state === "running") return h(ns.JobProgress, { job: watch.job, progress: faces.progress, label: `Identifying this ${place}`, onStop: watch.job ? watch.stop : undefined });
      if (faces.state === "queued") return h(ns.Notice, { variant: "secondary", text: faces.message || `This ${place} waits for the background job.` }, look("Identify now", "primary"));
      if (faces.state === "not_analysed") return h("div", { className: "ss-empty" },
        h("p", null, `Nobody has looked for faces in this ${place} yet.`), look("Identify", "primary"));
      if (faces.state === "failed") return h(ns.Notice, { text: faces.message || "The last look failed.", fix: faces.fix || ns.format.fixFor(faces.message || ""), onDone: model.load }, look("Try again", "secondary"));
      if (faces.state === "no_faces" || !faces.people.length) return h("div", { className: "ss-empty" },
        h("p", null, faces.sampled && kind === "scene" ? `No face found in ${ns.format.plural(faces.sampled.frames, "frame")}.` : `No face found in this ${place}.`),
        faces.message && h("p", { className: "text-muted" }, faces.message), look("Look again", "secondary"));
      return h("div", { className: "ss-head" },
        h("div", null, h("h6", { className: "ss-head__title" }, ns.format.summary(faces)),
          h("div", { className: "ss-head__small text-muted", title: ns.format.when(faces.analysed_at) }, sampled(faces))),
        look("Identify again", "secondary"));
    }

    const shown = problems.filter((problem) => problem.message !== faces.message);
    return h("div", { className: "ss-top" },
      shown.map((problem) => h(ns.Notice, { key: problem.code, text: problem.message, fix: problem.fix, variant: problem.fix === "set_up" ? "danger" : "warning", onDone: model.load })),
      watch.error && h(ns.Notice, { text: watch.error, fix: ns.format.fixFor(watch.error), onDone: model.load }),
      outcome && outcome !== faces.message && h(ns.Notice, { text: outcome, fix: ns.format.fixFor(outcome), variant: "warning", onDone: model.load }),
      state());
  };
})(window.StashSense);
