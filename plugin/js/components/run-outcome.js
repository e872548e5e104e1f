// One line on what came of a job, beside the button that started it.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.RunOutcome = function RunOutcome({ run }) {
    if (!run) return null;
    const failed = run.state === "failed";
    return h("div", { className: `ss-task__outcome ${failed ? "text-danger" : "text-muted"}`, role: failed ? "alert" : "status" },
      run.message || (failed ? "This went wrong. Settings › Logs says why." : "Done."));
  };
})(window.StashSense);
