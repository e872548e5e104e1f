// A button that starts a job of ours, asks first where that is wise, and shows how far the job is.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.JobButton = function JobButton({ start, label, title, variant, ask, disabled, onDone }) {
    const { Button, Modal } = window.PluginApi.libraries.Bootstrap;
    const [asking, setAsking] = React.useState(false);
    const watch = ns.useJob(start, (job) => onDone && onDone(job));
    const go = () => (setAsking(false), watch.start());
    if (watch.job) return h(ns.JobProgress, { job: watch.job, label: start.description, onStop: watch.stop });
    return h("span", { className: "ss-task" },
      h(Button, { size: "sm", variant: variant || "secondary", disabled: watch.busy || disabled, onClick: ask ? () => setAsking(true) : go, title }, label),
      watch.error && h("span", { className: "ss-task__error text-danger", role: "alert" }, watch.error),
      ask && h(Modal, { show: asking, onHide: () => setAsking(false), "aria-label": label },
        h(Modal.Header, { closeButton: true }, h(Modal.Title, null, label)),
        h(Modal.Body, null, ask.text),
        h(Modal.Footer, null,
          h(Button, { variant: "secondary", onClick: () => setAsking(false) }, ask.no),
          h(Button, { variant: "danger", onClick: go }, ask.yes))));
  };
})(window.StashSense);
