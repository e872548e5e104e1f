// A button that runs one of our tasks and shows how far it is.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.TaskButton = function TaskButton({ mode, label, variant, onDone }) {
    const { Button, Modal } = window.PluginApi.libraries.Bootstrap;
    const task = ns.task(mode);
    const [asking, setAsking] = React.useState(false);
    const watch = ns.useJob({ name: task.name, description: task.name }, (job) => onDone && onDone(job));
    const go = () => (setAsking(false), watch.start());
    if (watch.job) return h(ns.JobProgress, { job: watch.job, label: task.name, onStop: watch.stop });
    const press = task.ask ? () => setAsking(true) : go;
    return h("span", { className: "ss-task" },
      h(Button, { size: "sm", variant: variant || "secondary", disabled: watch.busy, onClick: press, title: task.description }, label || task.name),
      watch.error && h("span", { className: "ss-task__error text-danger", role: "alert" }, watch.error),
      h(Modal, { show: asking, onHide: () => setAsking(false), "aria-label": task.name },
        h(Modal.Header, { closeButton: true }, h(Modal.Title, null, task.name)),
        h(Modal.Body, null, task.ask),
        h(Modal.Footer, null,
          h(Button, { variant: "secondary", onClick: () => setAsking(false) }, "Keep them"),
          h(Button, { variant: "danger", onClick: go }, "Remove"))));
  };
})(window.StashSense);
