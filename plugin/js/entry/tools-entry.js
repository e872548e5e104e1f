// Our page among the tools of Settings › Tools.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.ToolsEntry = function ToolsEntry() {
    const { Setting } = window.PluginApi.components;
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    if (!Setting) return null;
    return h(Setting, { heading: h(Link, { className: "btn btn-primary", to: ns.PAGE, title: "Opens the page of Stash Sense" }, "Stash Sense: people to review") });
  };
})(window.StashSense);
