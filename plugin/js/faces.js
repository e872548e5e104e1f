// What the panel of one scene or image knows and does: load, identify, decide, undo.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;

  /** The people in the order in which they stood before, so that nothing moves after a decision. @param {Faces | null} before @param {Faces} after */
  function inOldOrder(before, after) {
    const order = before ? before.people.map((person) => person.track_id) : [];
    const rank = (/** @type {Person} */ person) => (order.includes(person.track_id) ? order.indexOf(person.track_id) : order.length);
    return { ...after, people: [...after.people].sort((one, other) => rank(one) - rank(other)) };
  }

  /** @param {Faces} faces @returns {Promise<Problem[]>} */
  async function problemsOf(faces) {
    if (faces.problems) return faces.problems;
    if (faces.state !== "not_analysed" && faces.state !== "failed") return [];
    try {
      return /** @type {Status} */ (await ns.api.operation({ mode: "status" })).problems;
    } catch (error) {
      const message = ns.format.explain(error);
      return [{ code: "status", message, fix: ns.format.fixFor(message) }];
    }
  }

  /** @param {Kind} kind @param {string} id @returns {Start} */
  function identify(kind, id) {
    const args = kind === "scene" ? { mode: "identify", scene_ids: [id], force: true } : { mode: "identify_images", image_ids: [id], force: true };
    return { description: `Stash Sense: identify ${kind} ${id}`, args };
  }

  /** @param {Kind} kind @param {string} id @param {Cast} cast of the page, if it has told @returns {FacesModel} */
  ns.useFaces = function useFaces(kind, id, cast) {
    const [faces, setFaces] = React.useState(/** @type {Faces | null} */ (null));
    const [problems, setProblems] = React.useState(/** @type {Problem[]} */ ([]));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [outcome, setOutcome] = React.useState(/** @type {string | null} */ (null));
    const [loading, setLoading] = React.useState(true);
    const [pending, setPending] = React.useState(/** @type {Record<string, boolean>} */ ({}));
    const [notes, setNotes] = React.useState(/** @type {Record<string, Note>} */ ({}));
    const [errors, setErrors] = React.useState(/** @type {Record<string, string>} */ ({}));
    const [said, setSaid] = React.useState("");
    const alive = ns.useAlive();
    const line = React.useRef(Promise.resolve()); // decisions go one after another: each answer carries the whole scene
    const toast = window.PluginApi.hooks.useToast();
    const own = { [`${kind}_id`]: id };
    const onPage = React.useRef({}); // who the page shows: saves the operation a question to Stash, half of its time
    onPage.current = cast ? { cast: cast.map((one) => ({ id: one.id, name: one.name })) } : {};

    const load = async () => {
      setLoading(true);
      try {
        const fresh = /** @type {Faces} */ (await ns.api.operation({ mode: kind, ...own, ...onPage.current }));
        const found = await problemsOf(fresh);
        if (!alive.current) return null;
        setFaces(fresh);
        setProblems(found);
        setNotes({});
        setErrors({});
        setError(null);
        return fresh;
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
        return null;
      } finally {
        if (alive.current) setLoading(false);
      }
    };

    /** @param {Job} job */
    const ended = async (job) => {
      const before = faces && faces.analysed_at;
      const fresh = await load();
      ns.api.refresh(kind);
      if (!alive.current || !fresh) return;
      const nothing = job.status === "FINISHED" && fresh.analysed_at === before;
      const text = job.status === "CANCELLED" ? "Stopped before it was finished." : nothing ? await ns.failureOfLastRun() : null;
      if (!alive.current) return;
      setOutcome(text);
      setSaid(text || (fresh.state === "analysed" ? `Finished: ${ns.format.summary(fresh)}.` : "Finished."));
    };

    const watch = ns.useJob(identify(kind, id), ended, () => {
      if (!faces || faces.state === "queued" || faces.state === "running") load();
    });

    React.useEffect(() => void load(), [kind, id]);

    /** @param {string} track @param {Record<string, unknown>} args @param {string} text @param {string | null} undone */
    const write = (track, args, text, undone) => {
      setPending((now) => ({ ...now, [track]: true }));
      setErrors((now) => ({ ...now, [track]: "" }));
      const turn = line.current.then(async () => {
        try {
          const answer = await ns.api.operation({ ...args, ...own });
          if (!alive.current) return;
          // The note first: each call renders by itself, and a card without the note would drop whom it shows.
          setNotes((now) => ({ ...now, [track]: { text, decisionId: undone ? null : answer.decision_id } }));
          setFaces((before) => inOldOrder(before, answer[kind] || answer.scene));
          setSaid(answer.message || text);
          if (answer.message) toast.success(answer.message); // what an undo put back, or had to leave
          ns.api.refresh(kind);
        } catch (problem) {
          if (alive.current) setErrors((now) => ({ ...now, [track]: ns.format.explain(problem) }));
        } finally {
          if (alive.current) setPending((now) => ({ ...now, [track]: false }));
        }
      });
      line.current = turn;
      return turn;
    };

    return {
      faces,
      problems,
      error,
      outcome,
      loading,
      pending,
      said,
      notes,
      errors,
      watch: { ...watch, start: () => (setOutcome(null), watch.start()) },
      load: async () => void (await load()),
      decide: (decision, text) => write(decision.track_id, { mode: "decide", ...decision }, text, null),
      undo: (track, decisionId) => write(track, { mode: "undo", decision_id: decisionId }, "Undone.", decisionId),
    };
  };
})(window.StashSense);
