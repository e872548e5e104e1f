// Decisions on people: sent one after another, each with what its card says about it and the way back.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;

  /** Says that a track is somebody found by name. @param {string} track @param {Found} found @returns {Decision} */
  ns.assignment = function assignment(track, found) {
    /** @type {Decision} */
    const decision = { track_id: track, action: "assign" };
    if (found.person_id) decision.person_id = found.person_id;
    else if (found.performer_id) decision.performer_id = found.performer_id;
    else decision.name = found.name;
    return decision;
  };

  /**
   * @param {(track: string) => Place} placeOf whose people they are
   * @param {(track: string, faces: Faces) => void} take gets what the scene or picture looks like after a decision
   * @returns {Decisions}
   */
  ns.useDecisions = function useDecisions(placeOf, take) {
    const [pending, setPending] = React.useState(/** @type {Record<string, boolean>} */ ({}));
    const [notes, setNotes] = React.useState(/** @type {Record<string, Note>} */ ({}));
    const [errors, setErrors] = React.useState(/** @type {Record<string, string>} */ ({}));
    const [said, setSaid] = React.useState("");
    const alive = ns.useAlive();
    const line = React.useRef(/** @type {Promise<unknown>} */ (Promise.resolve())); // one after another: each answer carries the whole scene
    const made = React.useRef(/** @type {{track: string, decisionId: string}[]} */ ([])); // here, the latest last
    const toast = window.PluginApi.hooks.useToast();

    /** Whether it went well. @param {string} track @param {Record<string, unknown>} args @param {string} text @param {string | null} undone */
    const send = async (track, args, text, undone) => {
      const { scene_id: scene, image_id: image } = placeOf(track);
      try {
        const answer = await ns.api.operation({ ...args, ...(scene ? { scene_id: scene } : { image_id: image }) });
        if (!alive.current) return false;
        made.current = made.current.filter((one) => one.decisionId !== undone);
        if (!undone) made.current.push({ track, decisionId: answer.decision_id });
        // The note first: each call renders by itself, and a card without the note would drop whom it shows.
        setNotes((now) => ({ ...now, [track]: { text, decisionId: undone ? null : answer.decision_id } }));
        take(track, answer.image || answer.scene);
        setSaid(answer.message || text);
        if (answer.message) toast.success(answer.message); // what an undo put back, or had to leave
        return true;
      } catch (problem) {
        if (alive.current) setErrors((now) => ({ ...now, [track]: ns.format.explain(problem) }));
        return false;
      } finally {
        if (alive.current) setPending((now) => ({ ...now, [track]: false }));
      }
    };
    /** @param {string} track */
    const mark = (track) => {
      setPending((now) => ({ ...now, [track]: true }));
      setErrors((now) => ({ ...now, [track]: "" }));
    };
    /** @param {string} track @param {Record<string, unknown>} args @param {string} text @param {string | null} undone */
    const write = (track, args, text, undone) => {
      mark(track);
      const turn = line.current.then(() => send(track, args, text, undone));
      line.current = turn;
      return turn;
    };

    return {
      pending, notes, errors, said,
      say: setSaid,
      decide: (decision, text) => write(decision.track_id, { mode: "decide", ...decision }, text, null),
      undo: (track, decisionId) => write(track, { mode: "undo", decision_id: decisionId }, "Undone.", decisionId),
      undoLast: () => {
        const turn = line.current.then(async () => {
          const last = made.current[made.current.length - 1];
          if (!last || !alive.current) return null;
          mark(last.track);
          await send(last.track, { mode: "undo", decision_id: last.decisionId }, "Undone.", last.decisionId);
          return last.track;
        });
        line.current = turn;
        return turn;
      },
      clear: () => {
        made.current = [];
        setNotes({});
        setErrors({});
      },
    };
  };
})(window.StashSense);
