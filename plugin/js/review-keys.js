// The keyboard on the review page: where it is, and what each key does there.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  const PERSON = ".ss-review__person";

  /** @param {ReviewKeys} keys @returns {{here: string | null, setHere: (track: string) => void, focusFirst: () => void}} */
  ns.useReviewKeys = function useReviewKeys({ root, model, locked, onOpen, onHelp, onTick }) {
    const [here, setHere] = React.useState(/** @type {string | null} */ (null));

    /** The person who has the focus, or whose button or box has it. */
    const focused = () => {
      const at = document.activeElement && document.activeElement.closest(PERSON);
      return at instanceof HTMLElement && root.current && root.current.contains(at) ? at : null;
    };
    /** @param {string} track */
    const focus = (track) => {
      const found = root.current ? [...root.current.querySelectorAll(PERSON)].find((one) => one instanceof HTMLElement && one.dataset.track === track) : null;
      if (!(found instanceof HTMLElement)) return;
      found.focus({ preventScroll: true });
      // The first person of a scene brings the scene along.
      if (found.previousElementSibling === null) /** @type {Element} */ (found.closest(".ss-review__item")).scrollIntoView({ block: "nearest" });
      found.scrollIntoView({ block: "nearest" });
    };
    /** Nobody is left below: the way on gets the focus, unless it has gone elsewhere meanwhile. @param {string} track */
    const focusOnward = (track) => {
      const at = focused();
      const way = root.current && (root.current.querySelector(".ss-review__onward .btn") || root.current.querySelector(".ss-pages .btn:last-child:not(:disabled)"));
      if (at && at.dataset.track === track && way instanceof HTMLElement) way.focus();
    };

    /** @param {ReviewRow} row @param {"accept" | "reject"} action */
    const decide = (row, action) => {
      const who = ns.format.named(row.person);
      if (!who || !row.waits || locked(row) || model.pending[row.track]) return;
      const turn = model.decide({ track_id: row.track, action, person_id: who.person_id }, action === "accept" ? `Added ${who.name}.` : `Not ${who.name}.`);
      const next = ns.review.step(model.rows, row.track, 1, (other) => other.waits && !model.pending[other.track]);
      if (next) focus(next.track);
      else turn.then((done) => done && focusOnward(row.track));
    };

    /** @param {ReviewRow} row @param {KeyAction} action */
    const onRow = (row, action) => {
      if (action === "open") onOpen(row);
      else if (action === "accept" || action === "reject") decide(row, action);
      else if (row.waits && !locked(row)) onTick(row.track);
    };

    ns.useKeys((action) => {
      const at = focused();
      const track = at ? at.dataset.track || null : null;
      if (action === "help") onHelp();
      else if (action === "undo") model.undoLast().then((undone) => (undone ? focus(undone) : model.say("Nothing on this page to take back.")));
      else if (action === "next" || action === "previous") {
        const to = track ? ns.review.step(model.rows, track, action === "next" ? 1 : -1) : model.rows.find((row) => row.track === here) || model.rows[0];
        if (to) focus(to.track);
      } else {
        const row = model.rows.find((one) => one.track === track);
        if (row) onRow(row, action);
        else model.say("Press j to go to the first person.");
      }
      return true;
    });

    return { here, setHere, focusFirst: () => model.rows[0] && focus(model.rows[0].track) };
  };
})(window.StashSense);
