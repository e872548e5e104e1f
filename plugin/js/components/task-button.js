// A button that runs one of the tasks of stash-sense.yml.
(function (ns) {
  "use strict";

  ns.TaskButton = function TaskButton({ mode, label, variant, runs, onDone }) {
    const task = ns.task(mode);
    return ns.h(ns.JobButton, {
      start: { name: task.name, description: task.name },
      label: label || task.name, title: task.description, variant, kind: mode, runs, onDone,
      ask: task.ask ? { text: task.ask, yes: "Remove", no: "Keep them" } : undefined,
    });
  };
})(window.StashSense);
