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
    const alive = ns.useAlive();
    const own = { [`${kind}_id`]: id };
    const decisions = ns.useDecisions(() => own, (_, after) => {
      setFaces((before) => inOldOrder(before, after));
      ns.api.refresh(kind);
    });
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
        decisions.clear();
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
      decisions.say(text || (fresh.state === "analysed" ? `Finished: ${ns.format.summary(fresh)}.` : "Finished."));
    };

    const watch = ns.useJob(identify(kind, id), ended, () => {
      if (!faces || faces.state === "queued" || faces.state === "running") load();
    });

    React.useEffect(() => void load(), [kind, id]);

    return {
      faces,
      problems,
      error,
      outcome,
      loading,
      ...decisions,
      watch: { ...watch, start: () => (setOutcome(null), watch.start()) },
      load: async () => void (await load()),
    };
  };
})(window.StashSense);
