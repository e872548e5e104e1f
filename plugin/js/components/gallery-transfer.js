// Galleries in and out: a folder, a zip or an address; and one's own decisions and faces, so that a reinstall loses nothing.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /**
   * @typedef {{mode: string, title: string, place: string}} Move
   * @type {Move[]}
   */
  const MOVES = [
    { mode: "import_gallery", place: "Folder or zip on the server, or https address", title: "Checks every file, then uses it; the present one stays until then" },
    { mode: "export_gallery", place: "Folder or .zip to be written on the server", title: "Writes the gallery learned from stash-boxes, to be given to somebody" },
    { mode: "export_own", place: ".zip to be written on the server", title: "Writes your own references and decisions, for a new installation" },
    { mode: "import_own", place: ".zip on the server", title: "Adds the references and decisions of a backup; nothing of yours is replaced" },
  ];

  /** @param {{move: Move, runs: Run[], onDone: () => void}} props */
  function Row({ move, runs, onDone }) {
    const { Form } = window.PluginApi.libraries.Bootstrap;
    const [path, setPath] = React.useState("");
    const label = ns.format.runTitle(move.mode);
    return h("li", { className: "ss-transfer" },
      h(Form.Control, {
        size: "sm", className: "text-input", value: path, placeholder: move.place, "aria-label": `${label}: ${move.place}`,
        onChange: (/** @type {React.ChangeEvent<HTMLInputElement>} */ event) => setPath(event.target.value),
      }),
      h(ns.JobButton, {
        start: { description: label, args: { mode: move.mode, path: path.trim() } },
        label, title: move.title, disabled: !path.trim(), kind: move.mode, runs, onDone,
      }));
  }

  ns.GalleryTransfer = function GalleryTransfer({ runs, onDone }) {
    const [open, setOpen] = React.useState(false);
    // One that is under way after a reload is to be seen.
    React.useEffect(() => {
      let alive = true;
      ns.api.jobQueue().then((jobs) => alive && jobs.some((job) => MOVES.some((move) => job.description.endsWith(`: ${ns.format.runTitle(move.mode)}`))) && setOpen(true), () => undefined);
      return () => {
        alive = false;
      };
    }, []);
    return h("div", null,
      h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
        h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }), h("span", null, "Import, export, back up")),
      open && h("ul", { className: "list-unstyled" }, MOVES.map((move) => h(Row, { key: move.mode, move, runs, onDone }))));
  };
})(window.StashSense);
