// Our tasks, as on Settings › Tasks, with their progress.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.TaskList = function TaskList({ runs, onDone }) {
    return h("div", { className: "setting ss-block" },
      h("div", null, h("h3", null, "Tasks")),
      h("ul", { className: "ss-tasks list-unstyled" }, ns.TASKS.map((task) => h("li", { key: task.mode },
        h(ns.TaskButton, { mode: task.mode, variant: task.ask ? "danger" : "secondary", runs, onDone }),
        h("div", { className: "sub-heading" }, task.description)))));
  };
})(window.StashSense);
