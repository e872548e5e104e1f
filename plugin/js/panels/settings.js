// Our block on Settings › Plugins: set-up card, settings, tasks, last runs.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.SettingsPanel = function SettingsPanel({ stock }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const [status, setStatus] = React.useState(/** @type {Status | null} */ (null));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [taken, setTaken] = React.useState(0);
    const alive = React.useRef(true);
    const load = async () => {
      try {
        const fresh = /** @type {Status} */ (await ns.api.operation({ mode: "status" }));
        if (!alive.current) return;
        setStatus(fresh);
        setError(null);
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      }
    };
    React.useEffect(() => {
      alive.current = true;
      load();
      return () => {
        alive.current = false;
      };
    }, []);

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
      status && h(ns.CalibrationCard, { status, onChange: load, onSaved: () => setTaken(taken + 1) }),
      h(ns.SettingsForm, { stock, taken, pack: status && (status.packs.find((one) => one.chosen) || status.pack).name }),
      status && h(ns.SelfTestCard, { status, onChange: load }),
      status && h(ns.TaskList, { runs: status.runs, onDone: load }),
      status && h(ns.RunHistory, { runs: status.runs }));
  };
})(window.StashSense);
