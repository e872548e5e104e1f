// What has been decided about many at once: each stays in the address, so that a reload finds it again.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** A batch by its number. @param {{id: string, claim: (batchId: string) => boolean, onChange: (batch: Batch) => void}} props */
  function Stored({ id, claim, onChange }) {
    /** @type {Answered<Batch>} */
    const { answer, error } = ns.useAnswer({ mode: "batch", batch_id: id }, [id]);
    if (error) return h("div", { className: "ss-batch text-muted" }, error);
    return answer ? h(ns.BatchLine, { batch: answer, claim, onChange }) : null;
  }

  ns.ReviewBatches = function ReviewBatches({ ids, known, claim, onChange, onHide }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (!ids.length) return null;
    return h("div", { className: "ss-batches" }, ids.map((id) => h("div", { key: id, className: "ss-batchrow" },
      known[id] ? h(ns.BatchLine, { batch: known[id], claim, onChange }) : h(Stored, { id, claim, onChange }),
      h(Button, { size: "sm", variant: "secondary", className: "minimal", onClick: () => onHide(id), title: "Hides this line; the History keeps it", "aria-label": "Hide this line" }, h(ns.Icon, { name: "faXmark" })))));
  };
})(window.StashSense);
