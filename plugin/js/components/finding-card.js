// One suggestion: what, why, how sure, and the user's word that it is fine as it is. The card stays where it is, whatever is said.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.RULES = [
    { key: "duplicate_performers", title: "Double performers", reasons: ["Two different people", "Twins or relatives", "Kept apart on purpose"] },
    { key: "cast_not_seen", title: "On the cast, not seen", reasons: ["In the scene, face not shown", "Right as it is"] },
    { key: "unknown_in_many_scenes", title: "Nameless in many scenes", reasons: ["Nobody to be named", "Not now"] },
    { key: "no_reference", title: "Cannot be recognised", reasons: ["No picture to be had", "Not now"] },
    { key: "outdated_stash_id", title: "Outdated stash ids", reasons: ["Right as it is", "Not now"] },
    { key: "untagged_scenes", title: "Scenes without performers and tags", reasons: ["Right as it is", "Not now"] },
  ];

  ns.FindingCard = function FindingCard({ finding }) {
    const { Badge, Button, Dropdown } = window.PluginApi.libraries.Bootstrap;
    const [busy, setBusy] = React.useState(false);
    const [note, setNote] = React.useState(/** @type {FindingNote | null} */ (null));
    const alive = ns.useAlive();
    const rule = ns.RULES.find((one) => one.key === finding.rule);
    const dismissed = note && !note.failed ? !!note.dismissed : finding.state === "dismissed";
    const sides = finding.evidence.performers;

    /** @param {Record<string, unknown>} args @param {FindingNote} then */
    const say = async (args, then) => {
      setBusy(true);
      try {
        await ns.api.operation({ ...args, finding_id: finding.finding_id });
        if (alive.current) setNote(then);
      } catch (problem) {
        if (alive.current) setNote({ text: ns.format.explain(problem), failed: true });
      }
      if (alive.current) setBusy(false);
    };
    const restore = () => say({ mode: "restore" }, { text: "Back in the list.", dismissed: false });
    const dismiss = (/** @type {string} */ reason) => say({ mode: "dismiss", reason }, { text: `Dismissed: ${reason}.`, dismissed: true });

    /** @returns {Shown} */
    function actions() {
      if (dismissed) return [
        h("span", { key: "words", className: "ss-batch__words" }, note && !note.failed ? note.text : `Dismissed${finding.reason ? `: ${finding.reason}` : ""}, ${ns.format.when(finding.dismissed_at)}.`),
        h(Button, { key: "back", size: "sm", variant: "secondary", disabled: busy, onClick: restore, title: "Puts this back into the list" }, note ? "Undo" : "Restore"),
      ];
      return [
        note && !note.failed && h("span", { key: "words", className: "ss-batch__words" }, note.text),
        h(Dropdown, { key: "fine", className: "ss-fine" },
          h(Dropdown.Toggle, { variant: "secondary", size: "sm", disabled: busy, title: "Takes this out of the list for good; changes nothing in Stash" }, "Dismiss…"),
          h(Dropdown.Menu, { className: "bg-secondary text-white" }, (rule ? rule.reasons : ["Right as it is"]).map((reason) =>
            h(Dropdown.Item, { key: reason, as: "button", type: "button", className: "bg-secondary text-white", onClick: () => dismiss(reason) }, reason)))),
      ];
    }

    return h("section", { className: `ss-finding card${dismissed && note ? " ss-finding--done" : ""}`, "aria-label": finding.title },
      h("div", { className: "ss-finding__head" },
        h("h3", { className: "ss-finding__title" }, finding.title),
        finding.confidence < 1 && h(Badge, { variant: "secondary", title: "How probable it is that this is right" }, ns.format.percent(finding.confidence))),
      h("p", { className: "ss-finding__why" }, finding.why),
      sides
        ? h(ns.FindingSides, { finding, sides })
        : h("div", { className: "ss-subjects" }, finding.subjects.map((subject) => h("span", { key: `${subject.kind} ${subject.id}`, className: "ss-subject" },
          subject.crop && h(ns.Crop, { source: subject.crop, alt: "", small: true }), h(ns.SubjectLink, { subject })))),
      h("div", { className: "ss-finding__actions" }, actions(),
        note && note.failed && h("div", { className: "ss-actions__error text-danger", role: "alert" }, note.text)));
  };
})(window.StashSense);
