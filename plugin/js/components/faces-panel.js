// The whole panel of one scene or picture, in every state.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.FacesPanel = function FacesPanel({ kind, id, seek, cast }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const model = ns.useFaces(kind, id, cast);
    const { faces, error, watch } = model;
    const looked = !!faces && (faces.state === "analysed" || faces.state === "no_faces"); // before that nobody can be missing
    const locked = watch.busy || (!!faces && faces.state === "running");

    /** @returns {Shown} */
    function content() {
      if (error) return h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: model.load },
        h(Button, { size: "sm", variant: "secondary", onClick: model.load, title: "Asks again" }, "Try again"));
      if (!faces) return LoadingIndicator ? h(LoadingIndicator, { inline: true, message: "" }) : "Loading…";
      return [
        h(ns.FacesHeader, { key: "header", kind, model }),
        faces.people.length > 0 && h("div", { key: "people", className: locked ? "ss-waiting" : undefined }, h(ns.PeopleList, { kind, model, seek, locked })),
        looked && faces.cast.length > 0 && h(ns.CastLine, { key: "cast", cast: faces.cast, kind }),
      ];
    }

    return h("div", { className: `ss-panel ss-panel--${kind}` },
      content(),
      h("div", { className: "sr-only", role: "status", "aria-live": "polite" }, model.said));
  };
})(window.StashSense);
