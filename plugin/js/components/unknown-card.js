// One unknown person: faces out of different scenes, where seen, and the name that goes everywhere.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.UnknownCard = function UnknownCard({ group, model, onOpen, onName }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const [busy, setBusy] = React.useState(false);
    const alive = ns.useAlive();
    const note = model.done[group.group_id];
    const where = ns.format.places(group);
    const ignore = async (/** @type {boolean} */ value) => {
      setBusy(true);
      await model.ignore(group.group_id, value);
      if (alive.current) setBusy(false);
    };

    /** @returns {Shown} */
    function actions() {
      const nameButton = h(Button, { key: "name", size: "sm", variant: "primary", disabled: busy, onClick: () => onName(group), title: `Says who this is in ${where}; shows first what that will change` }, "Name…");
      if (note && note.batch) return [note.batch.state === "undone" && nameButton, h(ns.BatchLine, { key: note.batch.batch_id, batch: note.batch, claim: model.claim, onChange: (/** @type {Batch} */ batch) => (model.note(group.group_id, { text: note.text, batch }), model.load(true)) })];
      if (note && note.ignored) return h("div", { className: "ss-batch" }, h("span", { className: "ss-batch__words" }, note.text),
        h(Button, { size: "sm", variant: "secondary", disabled: busy, onClick: () => ignore(group.ignored), title: "Takes this answer back" }, "Undo"));
      return [
        note && h("div", { key: "note", className: "text-danger", role: "alert" }, note.text),
        group.ignored
          ? h(Button, { key: "restore", size: "sm", variant: "secondary", disabled: busy, onClick: () => ignore(false), title: "Puts this person back into the list" }, "Restore")
          : nameButton,
        h(Button, { key: "open", size: "sm", variant: "secondary", disabled: busy, onClick: () => onOpen(group), title: "Shows every face of this person" }, "All faces"),
        !group.ignored && h(Button, { key: "ignore", size: "sm", variant: "secondary", disabled: busy, onClick: () => ignore(true), title: "Takes somebody nobody wants to name out of this list; changes nothing in Stash" }, "Ignore"),
      ];
    }

    return h("section", { className: `ss-unknown card${note && !note.failed ? " ss-unknown--done" : ""}`, "aria-label": `Unknown person in ${where}` },
      h("button", { type: "button", className: "ss-unknown__faces", onClick: () => onOpen(group), title: "Shows every face of this person", "aria-label": `Show all faces of the person in ${where}` },
        group.crops.map((one) => h(ns.Crop, { key: one.track_id, source: one.crop, alt: "" }))),
      h("div", { className: "ss-unknown__where" }, "in ", where),
      h("div", { className: "ss-unknown__facts text-muted" }, ns.format.plural(group.faces, "face")),
      h("div", { className: "ss-unknown__actions" }, actions()));
  };
})(window.StashSense);
