// What came of a job of ours. Stash shows a failed plugin task as finished, so the record of the run has to say it.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;

  /** Why a job that has ended changed nothing. @param {string} [kind] of the run; left out: whichever ran last @returns {Promise<string>} */
  ns.failureOfLastRun = async function failureOfLastRun(kind) {
    try {
      const { runs } = /** @type {Status} */ (await ns.api.operation({ mode: "status" }));
      const last = runs.find((run) => !kind || run.kind === kind);
      if (last && last.state === "failed" && last.message) return last.message;
    } catch (error) {
      return ns.format.explain(error);
    }
    return "The task ended without a result. Settings › Logs says why.";
  };

  /**
   * The run that a job seen on this page has left behind; null before and while it runs.
   * @param {string | undefined} kind @param {Run[] | undefined} runs newest first
   * @returns {{run: Run | null, began: () => void, ended: (job: Job) => void}}
   */
  ns.useOutcome = function useOutcome(kind, runs) {
    const latest = (kind && runs && runs.find((run) => run.kind === kind && run.state !== "running")) || null;
    const before = React.useRef(/** @type {string | null} */ (null));
    const [over, setOver] = React.useState(false);
    return {
      run: over && latest && latest.run_id !== before.current ? latest : null,
      began: () => {
        before.current = latest && latest.run_id;
        setOver(false);
      },
      ended: (job) => setOver(job.status === "FINISHED"),
    };
  };
})(window.StashSense);
