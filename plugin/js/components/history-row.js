// One decision of the history: what, where, by whom, and the way back.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  /** @type {Record<string, string>} */
  const ICONS = { accept: "faUserCheck", assign: "faUserCheck", reject: "faUserXmark", skip: "faUserMinus", undo: "faRotateLeft" };

  /** The sentence, with the name as a link where it begins with one. @param {{entry: DecisionEntry}} props */
  function What({ entry }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const { changes, name, performer_id: performer } = entry;
    if (!name || !performer || !changes.startsWith(name)) return h("span", null, changes);
    return h("span", null, h(Link, { to: `/performers/${encodeURIComponent(performer)}`, title: "Open the performer" }, name), changes.slice(name.length));
  }

  /** @param {{entry: DecisionEntry, title: string | null}} props */
  function Where({ entry, title }) {
    if (title === null) return h("span", null, h("span", { className: "text-capitalize" }, ns.format.place(entry)), " (not in Stash any more)");
    return h(ns.PlaceLink, { place: entry, className: title ? "" : "text-capitalize" }, title || ns.format.place(entry));
  }

  ns.When = function When({ at }) {
    return h("time", { dateTime: at, title: new Date(at).toLocaleString("en-GB") }, ns.format.when(at));
  };

  ns.HistoryRow = function HistoryRow({ entry, title }) {
    const { Badge, Button } = window.PluginApi.libraries.Bootstrap;
    const [busy, setBusy] = React.useState(false);
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [message, setMessage] = React.useState(/** @type {string | null} */ (null));
    const row = React.useRef(/** @type {HTMLLIElement | null} */ (null));
    const acted = React.useRef(false);
    const alive = ns.useAlive();
    const undone = entry.undone || message !== null;
    // The button that was pressed vanishes: the keyboard goes on from this row, not from the top of the page.
    React.useEffect(() => {
      if (!acted.current || busy) return;
      acted.current = false;
      if (row.current && (document.activeElement === document.body || !document.activeElement)) row.current.focus({ preventScroll: true });
    });

    const undo = async () => {
      if (acted.current) return;
      acted.current = true;
      setBusy(true);
      setError(null);
      try {
        const answer = /** @type {{message: string}} */ (await ns.api.operation({ mode: "undo", decision_id: entry.decision_id }));
        ns.api.forget();
        if (alive.current) setMessage(answer.message || "Undone.");
      } catch (problem) {
        if (alive.current) setError(ns.format.explain(problem));
      } finally {
        if (alive.current) setBusy(false);
      }
    };

    return h("li", { className: "ss-history__row", ref: row, tabIndex: -1 },
      h("span", { className: "ss-history__icon text-muted" }, h(ns.Icon, { name: ICONS[entry.what] })),
      h("div", { className: "ss-history__words" },
        h("div", { className: undone ? "text-muted" : undefined }, h(What, { entry })),
        // What came of an undo stands in place of this, with room for it, so that no row below moves.
        h("div", { className: `ss-history__facts text-muted${entry.can_undo ? " ss-history__facts--room" : ""}` },
          h(Where, { entry, title }), " · ",
          error ? h("span", { className: "text-danger", role: "alert" }, error)
            : message !== null ? h("span", { role: "status" }, message)
              : [entry.by === "auto" ? "by itself" : "by you", " · ", h(ns.When, { key: "when", at: entry.at })])),
      h("div", { className: "ss-history__actions" },
        undone && h(Badge, { variant: "secondary" }, "Undone"),
        !undone && entry.can_undo && h(Button, {
          size: "sm", variant: "secondary", disabled: busy, onClick: undo, "aria-label": `Undo: ${entry.changes}`,
          title: "Takes this back, unless somebody has changed it since",
        }, "Undo")));
  };
})(window.StashSense);
