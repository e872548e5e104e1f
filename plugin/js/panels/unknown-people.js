// The tab "Unknown people": who appears without a name in several scenes.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** @param {{onDone: () => void}} props */
  function Rematch({ onDone }) {
    /** @type {Answered<Status>} */
    const { answer: status, load } = ns.useAnswer({ mode: "status" }, []);
    return h(ns.TaskButton, { mode: "rematch", runs: status ? status.runs : [], onDone: () => (load(), onDone()) });
  }

  /** @param {{ignored: boolean, page: number, onFirst: () => void, onDone: () => void}} props */
  function Nobody({ ignored, page, onFirst, onDone }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (page > 1) return h("div", { className: "ss-empty" }, h("p", null, "Nobody is left on this page."),
      h(Button, { size: "sm", variant: "secondary", onClick: onFirst, title: "Goes to the first page" }, "First page"));
    if (ignored) return h("div", { className: "ss-empty" }, h("p", null, "You have ignored nobody."));
    return h("div", { className: "ss-empty" },
      h("p", null, "Nobody without a name is seen in more than one scene."),
      h("p", { className: "text-muted" }, "Scenes analysed with an older version are compared by the task “Re-match all scenes”."),
      h(Rematch, { onDone }));
  }

  ns.UnknownPeople = function UnknownPeople({ query, go }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const page = Math.max(1, Math.floor(Number(query.page)) || 1);
    const ignored = query.show === "ignored";
    const model = ns.useUnknown(page, ignored);
    const { list, error, done } = model;
    const [searching, setSearching] = React.useState(/** @type {{group: string, tracks?: string[]} | null} */ (null));
    const [asked, setAsked] = React.useState(/** @type {Asked | null} */ (null));
    const [taken, setTaken] = React.useState(/** @type {string[]} */ ([])); // back on this page: what came of it stays in view
    const open = query.group || null;
    const shown = Object.values(done).map((note) => note.batch && note.batch.batch_id);
    const telling = (/** @type {Batch} */ one) => one.state !== "undone" || one.notes.length > 0 || taken.includes(one.batch_id);
    const batches = list ? list.batches.filter((one) => telling(one) && !shown.includes(one.batch_id)) : [];

    /** @param {string} group @param {Found | null} found @param {string[]} [tracks] */
    const name = (group, found, tracks) => {
      if (open) go({ group: null }, true);
      if (found) setAsked({ group_id: group, found, track_ids: tracks });
      else setSearching({ group, tracks });
    };
    /** @param {Found} found */
    const pick = (found) => {
      if (searching) setAsked({ group_id: searching.group, found, track_ids: searching.tracks });
      setSearching(null);
    };
    /** @param {string} group @param {Batch} batch */
    const named = (group, batch) => {
      const onPage = !!list && list.items.some((one) => one.group_id === group);
      setAsked(null);
      if (batch.state === "waiting") model.stored(batch);
      else ns.api.forget();
      if (onPage) model.note(group, { text: `Naming ${batch.what}.`, batch });
      model.load(onPage);
    };

    /** @param {Batch} batch */
    const changed = (batch) => {
      if (batch.state === "undone") setTaken((before) => [...before, batch.batch_id]);
      model.load(true);
    };

    /** @returns {Shown} */
    function content() {
      if (!list && error) return null;
      if (!list) return LoadingIndicator ? h(LoadingIndicator, { message: "" }) : "Loading…";
      const last = Math.ceil(list.total / list.per_page);
      return [
        h("div", { key: "head", className: "ss-unknowns__head" },
          h("span", { className: "text-muted" }, list.total ? `${ns.format.plural(list.total, "person", "people")} ${ignored ? "ignored" : "without a name, seen in more than one scene or picture"}` : ""),
          (list.ignored > 0 || ignored) && h(Button, { size: "sm", variant: "link", onClick: () => go({ show: ignored ? null : "ignored", page: null }), title: ignored ? "Shows the list" : "Shows those you have ignored" }, ignored ? "Back to the list" : `Ignored: ${list.ignored}`)),
        batches.length > 0 && h("div", { key: "batches", className: "ss-batches" }, batches.map((batch) => h(ns.BatchLine, { key: batch.batch_id, batch, claim: model.claim, onChange: changed }))),
        list.items.length
          ? h("div", { key: "cards", className: "ss-unknowns" }, list.items.map((group) => h(ns.UnknownCard, { key: group.group_id, group, model, onOpen: () => go({ group: group.group_id }), onName: () => name(group.group_id, null) })))
          : h(Nobody, { key: "nobody", ignored, page, onFirst: () => go({ page: null }), onDone: () => model.load() }),
        h(ns.Pages, { key: "pages", page, last, onPage: (to) => go({ page: to > 1 ? String(to) : null }) }),
      ];
    }

    return h("div", { className: "ss-panel ss-panel--page" },
      error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: () => model.load() },
        h(Button, { size: "sm", variant: "secondary", onClick: () => model.load(), title: "Asks again" }, "Try again")),
      content(),
      open && h(ns.GroupDialog, { key: open, group: open, onName: name, onClose: () => go({ group: null }, true), onChange: () => model.load() }),
      h(ns.SearchDialog, { open: !!searching, title: "Who is this?", kind: "group", onPick: pick, onClose: () => setSearching(null) }),
      h(ns.NamingDialog, { asked, onDone: named, onClose: () => setAsked(null) }),
      h("div", { className: "sr-only", role: "status", "aria-live": "polite" }, model.said));
  };
})(window.StashSense);
