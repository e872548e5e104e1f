// What can be done about one person, and what was done: the line that changes while everything else stays where it is.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /**
   * What the card says about a decision already taken; null while there is none.
   * @param {Person} person @param {Who | null} candidate @param {Note | undefined} note the decision, if it was taken on this page
   */
  function decided(person, candidate, note) {
    const name = candidate ? candidate.name : "this person";
    if (person.verdict === "accepted") return { icon: "faCheck", text: person.decided_by === "auto" ? `Added ${name} automatically.` : `Added ${name}.` };
    if (!person.decision_id) return null;
    return { icon: "faXmark", text: note && note.decisionId === person.decision_id ? note.text : ns.format.sentence(person.why) };
  }

  ns.PersonActions = function PersonActions({ kind, person, candidate, origin, model, locked, onSearch }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const line = React.useRef(/** @type {HTMLDivElement | null} */ (null));
    const acted = React.useRef(false);
    const place = kind === "scene" ? "scene" : "picture";
    const track = person.track_id;
    const note = model.notes[track];
    const done = decided(person, candidate, note);
    // Decided on this page: no new buttons where the old ones were. Decided earlier: the next best is offered beside the way back.
    const fresh = !!done && !!note && note.decisionId === person.decision_id;
    const again = !!done && !fresh && person.verdict === "suggested";
    const busy = locked || !!model.pending[track];
    const failure = model.errors[track];
    // A button that was pressed vanishes: the keyboard goes on from this line, not from the top of the page.
    React.useEffect(() => {
      if (!acted.current || model.pending[track]) return;
      acted.current = false;
      if (line.current && (document.activeElement === document.body || !document.activeElement)) line.current.focus({ preventScroll: true });
    });

    /** @param {() => void} act */
    const press = (act) => () => ((acted.current = true), act());
    /** @param {Who} who */
    const accept = (who) => press(() => model.decide({ track_id: track, action: "accept", person_id: who.person_id }, `Added ${who.name}.`));
    /** @param {Who} who */
    const reject = (who) => press(() => model.decide({ track_id: track, action: "reject", person_id: who.person_id }, `Not ${who.name}.`));
    const nameButton = h(Button, { key: "name", size: "sm", variant: "secondary", disabled: busy, onClick: onSearch, title: `Says who this is and adds them to this ${place}` }, "Name…");
    const undoTitle = person.verdict === "accepted"
      ? `Takes ${candidate ? candidate.name : "the performer"} off this ${place} again, unless somebody has changed it since`
      : "Takes this answer back";

    /** @returns {Shown[]} */
    function buttons() {
      if (person.verdict === "accepted") return [];
      if (fresh || person.verdict !== "suggested" || !candidate) return [nameButton];
      return [
        h(Button, { key: "add", size: "sm", variant: "primary", disabled: busy, onClick: accept(candidate), title: ns.format.adds(candidate, origin, kind), "aria-label": `Add ${candidate.name}` }, h(ns.Icon, { name: "faCheck" }), " Add"),
        h(Button, {
          key: "not", size: "sm", variant: "secondary", disabled: busy, onClick: reject(candidate),
          title: `Remembers that this is not ${candidate.name}; changes nothing on the ${place}`, "aria-label": `This person is not ${candidate.name}`,
        }, h(ns.Icon, { name: "faXmark" }), " Not this person"),
      ];
    }

    return h("div", { className: "ss-actions", ref: line, tabIndex: -1 },
      again && h("span", { key: "buttons", className: "ss-actions__again" }, buttons()),
      done && h("span", { className: `ss-actions__done${person.verdict === "accepted" ? " ss-actions__done--accepted" : ""}` }, h(ns.Icon, { name: done.icon }), ` ${done.text}`),
      !again && buttons(),
      done && person.decision_id && h(Button, {
        size: "sm", variant: "secondary", className: "ss-actions__undo", disabled: busy, title: undoTitle,
        onClick: press(() => model.undo(track, String(person.decision_id))), "aria-label": `Undo: ${done.text}`,
      }, "Undo"),
      failure && h("div", { className: "ss-actions__error text-danger", role: "alert" }, failure));
  };
})(window.StashSense);
