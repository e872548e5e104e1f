// What the page of unknown people knows and does: lists, name everywhere, take back, ignore.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  const PER_PAGE = 24;

  /** Whether a batch only remembers who somebody is not. @param {Batch} batch */
  ns.ruledOut = (batch) => batch.what.includes(" ruled out in ");

  /** @param {Batch} batch @param {"decide_many" | "undo_many"} mode @returns {Start} */
  ns.batchStart = function batchStart(batch, mode) {
    return { description: `Stash Sense: ${mode === "undo_many" ? "take back" : ns.ruledOut(batch) ? "note" : "name"} ${batch.what} (batch ${batch.batch_id})`, args: { mode, batch_id: batch.batch_id } };
  };

  /** One page of the list. @param {number} page @param {boolean} ignored @returns {UnknownModel} */
  ns.useUnknown = function useUnknown(page, ignored) {
    const [list, setList] = React.useState(/** @type {UnknownPage | null} */ (null));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [said, setSaid] = React.useState("");
    const [done, setDone] = React.useState(/** @type {Record<string, GroupNote>} */ ({}));
    const alive = ns.useAlive();
    const asked = React.useRef(0);
    const unstarted = React.useRef(/** @type {Set<string>} */ (new Set()));

    /** @param {boolean} [keep] the cards stay where they are, only the batches are read again */
    const load = async (keep) => {
      const turn = ++asked.current;
      try {
        const fresh = /** @type {UnknownPage} */ (await ns.api.operation({ mode: "unknown_people", page, per_page: PER_PAGE, ignored }));
        if (!alive.current || turn !== asked.current) return;
        setList((before) => (keep && before ? { ...before, batches: fresh.batches } : fresh));
        if (!keep) setDone({});
        setError(null);
      } catch (problem) {
        if (alive.current && turn === asked.current) setError(ns.format.explain(problem));
      }
    };

    React.useEffect(() => {
      setList(null);
      setError(null);
      load();
    }, [page, ignored]);

    /** @param {string} group @param {GroupNote | null} note what the card says from now on; null: as before */
    const note = (group, note) => {
      setDone((now) => {
        const { [group]: _, ...others } = now;
        return note ? { ...others, [group]: note } : others;
      });
      if (note) setSaid(note.text);
    };

    return {
      list, error, said, done, load, note,
      stored: (batch) => void unstarted.current.add(batch.batch_id),
      claim: (batchId) => unstarted.current.delete(batchId),
      ignore: async (group, ignore) => {
        try {
          await ns.api.operation({ mode: "ignore_group", group_id: group, ignored: ignore });
          if (alive.current) note(group, ignore === ignored ? null : { text: ignore ? "Ignored." : "Back in the list.", ignored: true });
        } catch (problem) {
          if (alive.current) note(group, { text: ns.format.explain(problem), failed: true });
        }
      },
    };
  };
})(window.StashSense);
