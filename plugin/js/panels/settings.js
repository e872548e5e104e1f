// Our block on Settings › Plugins: set-up card, settings, tasks, last runs.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.SettingsPanel = function SettingsPanel({ stock }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    /** @type {Answered<Status>} */
    const { answer: status, error, load: ask } = ns.useAnswer({ mode: "status" }, []);
    const [taken, setTaken] = React.useState(0);
    const [saved, setSaved] = React.useState(0);
    const load = () => void ask();

    return h("div", { className: "ss-settings" },
      error && h("div", { className: "setting" }, h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: load },
        h(Button, { size: "sm", variant: "secondary", onClick: load, title: "Asks again" }, "Try again"))),
      !status && !error && LoadingIndicator && h(LoadingIndicator, { inline: true, message: "Looking at the set-up…" }),
      h("div", { className: "setting" },
        h("div", null, h("h3", null, "Unknown people"), h("div", { className: "sub-heading" }, "Who appears without a name in several scenes: name them once, and it goes everywhere.")),
        h(Link, { className: "btn btn-secondary btn-sm", to: ns.pageAt({ tab: "unknown" }), title: "Opens the page of Stash Sense" }, "Open")),
      status && h(ns.SetupCard, { status, onChange: load }),
      status && h(ns.ModelPacks, { status, onChange: load }),
      status && h(ns.ReferencesList, { status }),
      status && h(ns.GalleriesCard, { status, onChange: load }),
      status && h(ns.CalibrationCard, { status, onChange: load, saved, onTaken: () => setTaken((count) => count + 1) }),
      h(ns.SettingsForm, { stock, taken, onSaved: () => setSaved((count) => count + 1), pack: status && (status.packs.find((one) => one.chosen) || status.pack).name }),
      status && h(ns.SelfTestCard, { status, onChange: load }),
      status && h(ns.TaskList, { runs: status.runs, onDone: load }),
      status && h(ns.RunHistory, { runs: status.runs }));
  };
})(window.StashSense);
