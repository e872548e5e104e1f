// A job under way: what, how far, and a way to stop it.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.JobProgress = function JobProgress({ job, progress, label, onStop }) {
    const { Button, ProgressBar } = window.PluginApi.libraries.Bootstrap;
    const waiting = !!job && job.status === "READY";
    const share = job && job.progress !== null && job.progress !== undefined ? job.progress : progress;
    const known = share !== null && share !== undefined && share >= 0;
    const percent = known ? Math.round(share * 100) : 0;
    const stopping = !!job && job.status === "STOPPING";
    const text = stopping ? "stopping…" : waiting ? "waiting in Stash’s queue…" : known ? `${percent} %` : "starting…";
    return h("div", { className: "ss-job" },
      h("div", { className: "ss-job__line" },
        h("span", null, `${label}: ${text}`),
        onStop && h(Button, {
          size: "sm", variant: "secondary", disabled: stopping, onClick: onStop,
          title: waiting ? "Takes this out of Stash’s queue" : "Stops this task; what is finished stays",
        }, "Cancel")),
      h(ProgressBar, { now: known ? percent : 100, animated: !waiting && !known, striped: !waiting && !known, variant: waiting ? "secondary" : undefined, "aria-label": label }));
  };
})(window.StashSense);
