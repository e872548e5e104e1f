// A button that starts a job of ours, asks first where that is wise, and shows how far the job is and what came of it.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.JobButton = function JobButton({ start, label, title, variant, ask, disabled, kind, runs, onDone }) {
    const { Button, Modal } = window.PluginApi.libraries.Bootstrap;
    const [asking, setAsking] = React.useState(false);
    const outcome = ns.useOutcome(kind, runs);
    const watch = ns.useJob(start, (job) => {
      outcome.ended(job);
      if (onDone) onDone(job);
    });
    const seen = watch.job && watch.job.id;
    React.useEffect(() => {
      if (seen) outcome.began();
    }, [seen]);
    const go = () => (setAsking(false), outcome.began(), watch.start());
    if (watch.job) return h(ns.JobProgress, { job: watch.job, label: start.description, onStop: watch.stop });
    return h("span", { className: "ss-task" },
      h(Button, { size: "sm", variant: variant || "secondary", disabled: watch.busy || disabled, onClick: ask ? () => setAsking(true) : go, title }, label),
      watch.error && h("span", { className: "ss-task__error text-danger", role: "alert" }, watch.error),
      h(ns.RunOutcome, { run: outcome.run }),
      ask && h(Modal, { show: asking, onHide: () => setAsking(false), "aria-label": ask.title || label },
        h(Modal.Header, { closeButton: true }, h(Modal.Title, null, ask.title || label)),
        h(Modal.Body, null, ask.text),
        h(Modal.Footer, null,
          h(Button, { variant: "secondary", onClick: () => setAsking(false) }, ask.no),
          h(Button, { variant: ask.variant || "danger", onClick: go }, ask.yes))));
  };
})(window.StashSense);
