// One job of ours in Stash's queue: start it, follow it, stop it, and find it again after a reload of the page.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  const PREFIX = "Running plugin task: "; // what Stash puts before every description
  const ENDED = ["FINISHED", "CANCELLED", "FAILED"];

  /**
   * The description is what identifies the job: it is known before the answer with the id arrives (job events may come first) and after a reload.
   * @param {Start} start
   * @param {(job: Job) => void} onEnd called once when the job has ended
   * @param {() => void} [onOther] called when another plugin task has ended
   * @returns {Watch}
   */
  ns.useJob = function useJob(start, onEnd, onOther) {
    const [job, setJob] = React.useState(/** @type {Job | null} */ (null));
    const [starting, setStarting] = React.useState(false);
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const wanted = PREFIX + start.description;
    const alive = ns.useAlive();
    const ended = React.useRef(/** @type {Set<string>} */ (new Set()));
    const handlers = React.useRef({ onEnd, onOther });
    handlers.current = { onEnd, onOther };

    /** @param {Job} last */
    const end = (last) => {
      if (!alive.current || ended.current.has(last.id)) return;
      ended.current.add(last.id);
      setJob((known) => (known && known.id !== last.id ? known : null));
      setError(last.status === "FAILED" ? last.error || "Stash could not start the task." : null);
      handlers.current.onEnd(last);
    };

    React.useEffect(() => {
      const stop = ns.api.watchJobs(({ type, job: seen }) => {
        if (!alive.current) return;
        if (seen.description !== wanted) {
          if (type === "REMOVE" && seen.description.startsWith(PREFIX) && handlers.current.onOther) handlers.current.onOther();
        } else if (type === "REMOVE") end(seen);
        else if (!ended.current.has(seen.id)) setJob(seen);
      });
      ns.api.jobQueue().then(
        (jobs) => {
          const mine = jobs.find((one) => one.description === wanted && !ENDED.includes(one.status));
          if (mine && alive.current && !ended.current.has(mine.id)) setJob((known) => known || mine);
        },
        () => undefined, // the queue is only looked at to find a job started earlier
      );
      return stop;
    }, [wanted]);

    // Where the websocket is blocked no event comes: coming back to the window is the moment to look.
    const watched = job && job.id;
    React.useEffect(() => {
      if (!watched) return undefined;
      const look = () => void ns.api.findJob(watched).then((now) => {
        if (!now || ENDED.includes(now.status)) end(now || { id: watched, status: "FINISHED", description: wanted, progress: null });
      }, () => undefined);
      window.addEventListener("focus", look);
      return () => window.removeEventListener("focus", look);
    }, [watched, wanted]);

    const begin = async () => {
      setStarting(true);
      setError(null);
      try {
        const id = await ns.api.startTask(start);
        const now = await ns.api.findJob(id);
        // Events may be lost or may have come before the id: one look afterwards settles it.
        const settled = now || { id, status: "FINISHED", description: wanted, progress: null };
        if (ENDED.includes(settled.status)) end(settled);
        else if (alive.current && !ended.current.has(id)) setJob((known) => known || settled);
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      } finally {
        if (alive.current) setStarting(false);
      }
    };

    const stopJob = async () => {
      if (!job) return;
      try {
        await ns.api.stopJob(job.id);
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      }
    };

    return { job, busy: starting || !!job, start: begin, stop: stopJob, error };
  };
})(window.StashSense);
