// How far stated probabilities hold in the user's own library, what that suggests, and which casts may be wrong.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const KINDS = ["calibrate", "reset_calibration"];
  const TITLES = { review_from: "Suggest from", auto_accept: "Add by itself from" };

  /** @param {number} share */
  const exact = (share) => `${(share * 100).toFixed(1)} %`;

  /** What the last calibration came to. @param {CalibrationFigures} found @returns {[string, string, string]} icon, colour, words */
  function standing(found) {
    const { state, in_use, right = 0, wrong = 0, scenes = 0, needed } = found;
    const left = Object.values(found.left_out || {}).reduce((sum, one) => sum + one, 0);
    const rests = `rests on ${ns.format.plural(scenes, "scene")}: ${ns.format.plural(right, "right name")}, ${wrong.toLocaleString("en-GB")} wrong, ${left.toLocaleString("en-GB")} left out; ${ns.format.when(found.at)}`;
    if (state === "too_few" && needed) {
      const still = in_use ? "the earlier calibration stays in use" : "the model pack’s own is in use";
      return ["faCircleInfo", "muted", `Too little to calibrate on: ${scenes} of ${needed.scenes} scenes, ${right} of ${needed.right} right names, ${wrong} of ${needed.wrong} wrong ones. Nothing was changed; ${still}.`];
    }
    if (state === "adjusted") return in_use ? ["faCircleCheck", "success", `Adjusted to your library; ${rests}.`] : ["faTriangleExclamation", "warning", `Not in use; ${rests}.`];
    if (state === "pack" && found.note) return ["faTriangleExclamation", "warning", `Out of date; ${rests}.`];
    if (state === "pack") return ["faCircleCheck", "success", `The model pack’s own calibration holds here, nothing better was found; ${rests}.`];
    return ["faCircleInfo", "muted", `${state === "reset" ? "Reset" : "Not calibrated yet"}: the model pack’s own calibration is in use.`];
  }

  /** @param {{proposal: Proposal, busy: boolean, onUse: (proposal: Proposal) => Promise<string | null>}} props */
  function Offer({ proposal, busy, onUse }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const alive = ns.useAlive();
    const [problem, setProblem] = React.useState(/** @type {string | null} */ (null));
    const title = TITLES[proposal.key];
    const use = async () => {
      const wrong = await onUse(proposal);
      if (alive.current) setProblem(wrong);
    };
    const settled = proposal.current === proposal.value;
    return h("li", { className: "ss-source" },
      h("span", { className: "ss-source__words" },
        h("span", { className: "ss-source__title" }, `${title} ${proposal.value} %`),
        h("span", { className: "ss-source__text text-muted" },
          `Of ${ns.format.plural(proposal.names, "name")} stated from there on ${exact(proposal.precision)} were right, with confidence at least ${exact(proposal.low)}. ${settled ? "In use." : `Now: ${proposal.current ? `${proposal.current} %` : "off"}.`}`),
        problem && h("span", { className: "ss-source__text text-danger", role: "alert" }, problem)),
      !settled && h("span", { className: "ss-source__buttons" }, h(Button, {
        size: "sm", variant: "secondary", disabled: busy, title: `Changes the setting “${title}”`, onClick: use,
      }, `Use ${proposal.value} %`)));
  }

  /** @param {{found: CalibrationFigures, onUse: (proposal: Proposal) => Promise<string | null>}} props */
  function Figures({ found, onUse }) {
    const { before, after, curve, wanted } = found;
    const alive = ns.useAlive();
    const [busy, setBusy] = React.useState(false);
    /** One after the other: each writes all settings of the plugin. @param {Proposal} proposal */
    const use = async (proposal) => {
      setBusy(true);
      const wrong = await onUse(proposal);
      if (alive.current) setBusy(false);
      return wrong;
    };
    if (!before || !after || !curve || !wanted) return null;
    const adjusted = found.state === "adjusted";
    const off = `Stated probabilities are off by ${(after.error * 100).toFixed(1)} points on average${adjusted ? `, ${(before.error * 100).toFixed(1)} by the model pack alone; measured on scenes left out of the fit` : ""}.`;
    return h(React.Fragment, null,
      h("div", { className: "ss-plots" }, h(ns.ReliabilityPlot, { before, after, adjusted }), h(ns.PrecisionPlot, { curve, wanted })),
      h("p", { className: "ss-plot__caption text-muted" }, off),
      !found.note && h("h4", { className: "ss-part" }, "Proposed settings"),
      !found.note && (found.proposals.length
        ? h("ul", { className: "list-unstyled ss-sources" }, found.proposals.map((proposal) => h(Offer, { key: proposal.key, proposal, busy, onUse: use })))
        : h("p", { className: "ss-plot__caption text-muted" }, "None: no bound keeps what was wanted with confidence. More tagged scenes help, and so does clearing the list of casts to check.")));
  }

  ns.CalibrationCard = function CalibrationCard({ status, saved, onChange, onTaken }) {
    /** @type {Answered<CalibrationFigures>} */
    const { answer: found, error, load } = ns.useAnswer({ mode: "calibration" }, [status, saved]);

    /** Returns what was wrong, else null. @param {Proposal} proposal */
    const take = async ({ key, value }) => {
      try {
        await ns.api.operation({ mode: "settings", values: { [key]: value } });
      } catch (problem) {
        return ns.format.explain(problem);
      }
      onTaken();
      await load();
      return null;
    };

    const last = status.runs.find((run) => KINDS.includes(run.kind) && run.state !== "running");
    const [icon, colour, words] = found ? standing(found) : ["", "", ""];
    if (!status.gallery.people && !status.packages.length) return null; // nobody could be named, so nothing can be right or wrong
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "Calibration"),
        h("div", { className: "sub-heading" }, "Whether a stated 90 % is right nine times in ten, judged by the performers you have tagged. No scene is its own witness, nothing is decoded, and no setting changes by itself.")),
      h("section", { className: "ss-setup__body" },
        error && h(ns.Notice, { text: error }),
        found && h("div", { className: "ss-source" },
          h("span", { className: `ss-source__dot text-${colour}` }, h(ns.Icon, { name: icon })),
          h("span", { className: "ss-source__words" }, h("span", null, words), found.note && h("span", { className: "ss-source__text text-warning" }, found.note))),
        last && last.state === "failed" && h("p", { className: "ss-plot__caption text-danger" }, last.message || "The last run failed. Settings › Logs says why."),
        h("div", { className: "ss-build" },
          h(ns.TaskButton, { mode: "calibrate", variant: "primary", onDone: onChange }),
          found && found.in_use && h(ns.JobButton, {
            start: { description: ns.format.runTitle("reset_calibration"), args: { mode: "calibrate", reset: true } }, onDone: onChange,
            label: "Back to the model pack’s own", title: "Forgets what was learned from your library", variant: "secondary",
            ask: { title: `${ns.format.runTitle("reset_calibration")}?`, text: "What was learned from your library is forgotten; your tags and decisions stay. It can be calibrated again at any time.", yes: "Forget it", no: "Cancel" },
          }),
          found && found.state !== "never" && found.to_rematch > 0 && h(ns.TaskButton, {
            mode: "rematch", runs: status.runs, onDone: onChange, label: `Re-match ${ns.format.plural(found.to_rematch, "scene or image", "scenes and images")}`,
          })),
        found && h(Figures, { found, onUse: take }),
        found && h(ns.CheckCast, { list: found.check_cast || [], total: found.check_cast_total || 0 })));
  };
})(window.StashSense);
