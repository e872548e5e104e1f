// What works here and how fast: the last self-test, and the button that makes a new one.
(function (ns) {
  "use strict";
  const h = ns.h;
  const WORDS = { ok: "works: ", warning: "needs attention: ", failed: "does not work: " };
  /** @type {Record<string, string>} */
  const STAGES = { decode: "reading", detect: "finding faces", embed: "comparing looks", match: "naming" };

  /** @param {NonNullable<SelfTest["speed"]>} speed */
  function speedText(speed) {
    const stages = Object.entries(speed.stages).map(([name, seconds]) => `${STAGES[name] || name} ${seconds.toFixed(seconds < 1 ? 2 : 1)} s`).join(", ");
    return `${speed.seconds.toFixed(1)} s a scene (${stages}; reading goes on beside the rest). ${speed.faces_per_frame} faces a frame over ${ns.format.plural(speed.frames, "frame")}; ${speed.with_faces} of ${ns.format.plural(speed.scenes, "scene")} with faces.`;
  }

  /** @param {NonNullable<SelfTest["references"]>} references */
  function References({ groups, performers, measured, expected_recall: expected }) {
    if (!performers) return null;
    const cell = "ss-test__cell";
    /** @param {number | null} recall */
    const share = (recall) => (recall === null ? "not measured" : ns.format.percent(recall));
    return h("div", { className: "ss-test__references" },
      h("h4", { className: "ss-part" }, "How well your performers can be recognised"),
      h("table", { className: "ss-test__table" },
        h("thead", { className: "text-muted" }, h("tr", null, ["References", "Performers", "Named where they appear"].map((title) => h("th", { key: title, scope: "col", className: cell }, title)))),
        h("tbody", null, groups.map((group) => h("tr", { key: group.references },
          h("th", { scope: "row", className: cell }, group.references),
          h("td", { className: cell }, `${group.people.toLocaleString("en-GB")} (${ns.format.percent(group.people / performers)})`),
          h("td", { className: cell }, share(group.recall)))))),
      h("p", { className: "ss-setup__text text-muted" }, measured
        ? `The last column was measured on public pictures${expected === null ? "." : `; over all your performers that makes ${ns.format.percent(expected)}.`}`
        : "How often people are named by so many references was not measured for this model pack; more of them always help."));
  }

  ns.SelfTestCard = function SelfTestCard({ status, onChange }) {
    const last = status.runs.find((run) => run.kind === "self_test" && run.state !== "running");
    /** @type {Answered<SelfTest>} */
    const { answer: report, error } = ns.useAnswer({ mode: "self_test_report" }, [last && last.run_id]);
    const { rows = [], speed = null, estimate = null, references = null, at = null } = report || {};
    const wrong = rows.filter((row) => row.level !== "ok").length;
    const result = `${wrong ? `${ns.format.plural(wrong, "part needs", "parts need")} attention` : "Everything works"}; tested ${ns.format.when(at)}.`;
    const none = report ? "Not run yet: it" : "It"; // whether it was is not known before the answer
    const said = at ? result : `${none} tries every part, looks at a few of your scenes without storing or tagging anything, and says how long the library will take.`;
    return h("div", { className: "setting ss-block" },
      h("section", { className: "ss-setup__head" }, h("h3", null, "Self-test"), h("div", { className: "sub-heading" }, said),
        error && h("div", { className: "sub-heading" }, error)),
      h(ns.TaskButton, { mode: "self_test", label: "Run self-test", variant: "secondary", runs: status.runs, onDone: onChange }),
      at && h("section", { className: "ss-setup__body" },
        h("ul", { className: "list-unstyled" }, rows.map((row) => h(ns.SetupRow, {
          ...row, key: row.key, ok: row.level === "ok", word: WORDS[row.level], fix: row.level === "ok" ? null : row.fix, variant: "secondary", runs: status.runs, onDone: onChange,
        }))),
        (speed || estimate) && h("h4", { className: "ss-part" }, "Speed"),
        speed && h("p", { className: "ss-test__line" }, speedText(speed)),
        estimate && h("p", { className: "ss-test__line" }, estimate.text),
        references && h(References, references)));
  };
})(window.StashSense);
