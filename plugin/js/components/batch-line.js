// Decisions made together: how far they are, what could not be done, and the way back.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const NOTES_SHOWN = 5;

  /** @param {Batch} batch */
  function words(batch) {
    const failed = batch.failed ? ` ${ns.format.plural(batch.failed, "item")} could not be done.` : "";
    const left = batch.notes.length ? ` ${ns.format.plural(batch.notes.length, "item")} left as ${batch.notes.length === 1 ? "it is" : "they are"} now.` : "";
    if (batch.state === "done") return `${ns.ruledOut(batch) ? ns.format.sentence(batch.what) : `Named ${batch.what}.`}${failed}`;
    if (batch.state === "undone") return `Taken back: ${batch.what}.${left}`;
    if (batch.state === "undoing") return `Not taken back to the end yet: ${batch.what}.`;
    return `Not finished: ${batch.what}, ${batch.done} of ${batch.total} done.`;
  }

  /** @param {{note: Batch["notes"][0]}} props */
  function Note({ note }) {
    return h("li", null, h(ns.PlaceLink, { className: "text-capitalize", place: note }), `: ${note.message}`);
  }

  ns.BatchLine = function BatchLine({ batch, claim, onChange }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const [now, setNow] = React.useState(batch);
    const [busy, setBusy] = React.useState(false);
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const alive = ns.useAlive();
    React.useEffect(() => setNow(batch), [batch]);

    /** @param {Job} job @param {string} kind of the run */
    const look = async (job, kind) => {
      setError(null);
      try {
        const fresh = /** @type {Batch} */ (await ns.api.operation({ mode: "batch", batch_id: batch.batch_id }));
        ns.api.forget();
        if (!alive.current) return;
        setNow(fresh);
        onChange(fresh);
        if (job.status !== "FINISHED" || fresh.state === "done" || fresh.state === "undone") return;
        const why = await ns.failureOfLastRun(kind);
        if (alive.current) setError(why);
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      }
    };
    const doing = ns.useJob(ns.batchStart(now, "decide_many"), (job) => look(job, "decide_many"));
    const undoing = ns.useJob(ns.batchStart(now, "undo_many"), (job) => look(job, "undo_many"));
    React.useEffect(() => {
      if (batch.state === "waiting" && claim(batch.batch_id)) doing.start();
    }, []);

    const undo = async () => {
      setBusy(true);
      setError(null);
      try {
        const answer = /** @type {{batch: Batch, start: string | null}} */ (await ns.api.operation({ mode: "undo_batch", batch_id: batch.batch_id }));
        if (!answer.start) ns.api.forget();
        if (!alive.current) return;
        if (answer.start) await undoing.start();
        else {
          setNow(answer.batch);
          onChange(answer.batch);
        }
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      } finally {
        if (alive.current) setBusy(false);
      }
    };

    if (doing.job) return h(ns.JobProgress, { job: doing.job, label: `${ns.ruledOut(now) ? "Noting" : "Naming"} ${now.what}`, onStop: doing.stop });
    if (undoing.job) return h(ns.JobProgress, { job: undoing.job, label: `Taking back ${now.what}`, onStop: undoing.stop });
    const locked = busy || doing.busy || undoing.busy;
    const failure = error || doing.error || undoing.error;
    return h("div", { className: "ss-batch" },
      h("span", { className: "ss-batch__words" }, now.state === "done" && h(ns.Icon, { name: "faCheck" }), ` ${words(now)}`),
      now.state === "waiting" && h(Button, { size: "sm", variant: "primary", disabled: locked, onClick: () => (setError(null), doing.start()), title: "Does the rest; what is done stays" }, "Go on"),
      now.state !== "undone" && h(Button, {
        size: "sm", variant: "secondary", disabled: locked, onClick: undo, "aria-label": `Undo: ${now.what}`,
        title: ns.ruledOut(now) ? "Takes these answers back" : "Takes the performers off again wherever this has added them, unless somebody has changed it since",
      }, "Undo"),
      failure && h("div", { className: "ss-batch__error text-danger", role: "alert" }, failure),
      now.notes.length > 0 && h("ul", { className: "ss-batch__notes text-muted" },
        now.notes.slice(0, NOTES_SHOWN).map((note, at) => h(Note, { key: at, note })),
        now.notes.length > NOTES_SHOWN && h("li", null, `and ${now.notes.length - NOTES_SHOWN} more`)));
  };
})(window.StashSense);
