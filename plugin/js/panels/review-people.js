// The tab "People to review": every suggested name of the library, to be accepted or turned down one by one or together.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const HINT = "ss-review-keys"; // the id of what a screen reader is told about the keys
  const FILTERS = ["min", "performer", "kind", "studio"];

  /** @param {{onDone: () => void}} props */
  function Look({ onDone }) {
    /** @type {Answered<Status>} */
    const { answer: status, load } = ns.useAnswer({ mode: "status" }, []);
    return h(ns.TaskButton, { mode: "identify_new", runs: status ? status.runs : [], onDone: () => (load(), onDone()) });
  }

  /** @param {{page: number, filtered: boolean, onFirst: () => void, onAll: () => void, onDone: () => void}} props */
  function Nobody({ page, filtered, onFirst, onAll, onDone }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    if (page > 1) return h("div", { className: "ss-empty" }, h("p", null, "Nobody is left on this page."),
      h(Button, { size: "sm", variant: "secondary", onClick: onFirst, title: "Goes to the first page" }, "First page"));
    if (filtered) return h("div", { className: "ss-empty" }, h("p", null, "Nobody here waits for review with these filters."),
      h(Button, { size: "sm", variant: "secondary", onClick: onAll, title: "Shows everybody who waits" }, "Show everybody"));
    return h("div", { className: "ss-empty" },
      h("p", null, "Nobody waits for review."),
      h("p", { className: "text-muted" }, "Whoever is recognised in a scene or picture appears here until you have said yes or no."),
      h(Look, { onDone }));
  }

  /** @param {{model: ReviewModel, kind: string | undefined, onKeys: () => void, onAll: () => void, stale: boolean}} props */
  function Head({ model, kind, onKeys, onAll, stale }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { list, people, places, busy } = model;
    if (!list) return null;
    return h("div", { className: "ss-unknowns__head" },
      h("span", { className: "text-muted" }, people ? ns.review.counted(people, places, kind) : ""),
      h("span", { className: "ss-review__tools" },
        stale && h(Button, { size: "sm", variant: "link", onClick: model.load, title: "Reads the list again" }, "The list has changed: show it"),
        h(Button, { size: "sm", variant: "secondary", className: "ss-review__keys", onClick: onKeys, title: "Shows the keys (?)" }, "Keys"),
        people > 0 && h(Button, { size: "sm", variant: "secondary", disabled: busy, onClick: onAll, title: "Shows first what adding everybody in this list will change" }, `Accept all ${people.toLocaleString("en-GB")} at ≥ ${ns.format.percent(list.from)}…`)));
  }

  /** @param {{model: ReviewModel, onward: () => void, onPage: (page: number) => void}} props */
  function Foot({ model, onward, onPage }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const list = /** @type {ReviewList} */ (model.list);
    const last = Math.ceil(list.total / list.per_page);
    return h(React.Fragment, null,
      !model.rows.some((row) => row.waits) && h("div", { className: "ss-empty ss-review__onward" },
        h("p", null, "Everybody on this page is decided."),
        h(Button, { size: "sm", variant: "primary", disabled: model.busy, onClick: onward, title: "What is decided leaves the list" }, model.places ? "Show the next" : "Look again")),
      h(ns.Pages, { page: list.page, last, onPage: (to) => (to > list.page ? onward() : onPage(to)) }));
  }

  /**
   * Many decisions at once: what is asked for, what has been stored, and whether the list knows of it.
   * @param {ReviewModel} model @param {ReviewTabProps} address
   */
  function useBulk(model, { query, go }) {
    const [asked, setAsked] = React.useState(/** @type {BulkAsked | null} */ (null));
    const [known, setKnown] = React.useState(/** @type {Record<string, Batch>} */ ({}));
    const [stale, setStale] = React.useState(false);
    const ids = (query.batch || "").split(",").filter((id) => /^\d+$/.test(id));
    React.useEffect(() => setStale(false), [model.list]);
    /** @param {string[]} next */
    const keep = (next) => go({ batch: next.join(",") || null }, true);
    /** @param {ReviewRow} row */
    const item = ({ item: { scene_id: scene, image_id: image }, track, person }) => (
      { ...(scene ? { scene_id: scene } : { image_id: image }), track_id: track, person_id: /** @type {Who} */ (ns.format.named(person)).person_id });
    return {
      asked, known, stale, ids,
      askSelected: (/** @type {"accept" | "reject"} */ action) => setAsked({ action, items: model.rows.filter((row) => model.selected.includes(row.track)).map(item) }),
      askAll: () => model.list && setAsked({ action: "accept", where: ns.review.where(query, model.list) }),
      close: () => setAsked(null),
      hide: (/** @type {string} */ id) => keep(ids.filter((one) => one !== id)),
      stored: (/** @type {Batch} */ batch) => {
        setAsked(null);
        if (batch.state === "waiting") model.stored(batch); // before its line is there and asks
        model.select([]);
        setKnown((before) => ({ ...before, [batch.batch_id]: batch }));
        keep([...ids, batch.batch_id]);
        if (batch.state === "waiting") return;
        ns.api.forget();
        model.load();
      },
      changed: (/** @type {Batch} */ batch) => {
        setKnown((before) => ({ ...before, [batch.batch_id]: batch }));
        // Nothing moves under whoever is deciding.
        if (model.selected.length || (document.activeElement && document.activeElement.closest(".ss-review__person"))) setStale(true);
        else model.load();
      },
    };
  }

  ns.ReviewPeople = function ReviewPeople({ query, go }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const history = /** @type {any} */ (window.PluginApi.libraries.ReactRouterDOM).useHistory();
    const root = React.useRef(/** @type {HTMLDivElement | null} */ (null));
    const model = ns.useReview(query);
    const { list, error, busy } = model;
    const [pair, setPair] = React.useState(/** @type {Pair | null} */ (null));
    const [searching, setSearching] = React.useState(/** @type {Person | null} */ (null));
    const [help, setHelp] = React.useState(false);
    const goFirst = React.useRef(false); // the next list comes because the user went on
    const bulk = useBulk(model, { query, go });

    /** @param {string} track */
    const tick = (track) => model.select(model.selected.includes(track) ? model.selected.filter((one) => one !== track) : [...model.selected, track]);
    const keys = ns.useReviewKeys({
      root, model, onTick: tick, onHelp: () => setHelp(true),
      locked: (row) => busy || model.details[ns.placeKey(row.item)] === null,
      onOpen: (row) => model.details[ns.placeKey(row.item)] !== null && history.push(ns.placeAt(row.item)),
    });
    React.useEffect(() => {
      if (list && goFirst.current) keys.focusFirst();
      if (list) goFirst.current = false;
    }, [list]);

    /** @param {Person | null} person @returns {Kind} */
    const within = (person) => (person && model.rows.some((row) => row.track === person.track_id && row.item.image_id) ? "image" : "scene");
    /** @param {number} page */
    const toPage = (page) => {
      goFirst.current = true;
      if (list && page === list.page) model.load();
      else go({ page: page > 1 ? String(page) : null });
    };
    /** @param {Found} found */
    const name = (found) => {
      if (searching) model.decide(ns.assignment(searching.track_id, found), `Added ${found.name}.`);
      setSearching(null);
    };

    /** @returns {Shown} */
    function content() {
      if (!list && !error) return LoadingIndicator ? h(LoadingIndicator, { message: "" }) : "Loading…";
      if (!list || error) return null;
      if (!list.items.length) return h(Nobody, {
        page: list.page, filtered: FILTERS.some((one) => query[one]), onDone: () => model.load(),
        onFirst: () => go({ page: null }), onAll: () => go(Object.fromEntries(FILTERS.map((one) => [one, null]))),
      });
      const stop = keys.here && model.rows.some((row) => row.track === keys.here) ? keys.here : model.rows[0].track;
      return h("div", { className: busy ? "ss-waiting" : undefined, "aria-busy": busy },
        h("div", { className: "ss-review__items" }, list.items.map((item) => h(ns.ReviewItem, {
          key: ns.placeKey(item), item, rows: model.rows.filter((row) => row.item === item), detail: model.details[ns.placeKey(item)], model, locked: busy,
          here: keys.here, stop, hint: HINT, onHere: keys.setHere, onPick: tick, onEnlarge: setPair, onSearch: setSearching,
        }))),
        h(Foot, { model, onward: () => toPage(ns.review.onward(list, model.gone)), onPage: toPage }));
    }

    return h("div", { className: "ss-panel ss-panel--page ss-review", ref: root },
      h(ns.ReviewFilters, { query, list, go }),
      h(Head, { model, kind: query.kind, stale: bulk.stale, onKeys: () => setHelp(true), onAll: bulk.askAll }),
      h(ns.ReviewBatches, { ids: bulk.ids, known: bulk.known, claim: model.claim, onChange: bulk.changed, onHide: bulk.hide }),
      error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error), onDone: model.load },
        h(Button, { size: "sm", variant: "secondary", onClick: model.load, title: "Asks again" }, "Try again")),
      content(),
      h(ns.ReviewSelection, { count: model.selected.length, onAsk: bulk.askSelected, onClear: () => model.select([]) }),
      h(ns.EnlargeDialog, { pair, onClose: () => setPair(null) }),
      h(ns.SearchDialog, { open: !!searching, title: "Who is this?", kind: within(searching), onPick: name, onClose: () => setSearching(null) }),
      h(ns.PlanDialog, { asked: bulk.asked, onDone: bulk.stored, onClose: bulk.close }),
      h(ns.KeysDialog, { open: help, onClose: () => setHelp(false) }),
      h("div", { id: HINT, className: "sr-only" }, "a adds this person, x says that it is somebody else, u takes the last answer back, ? shows all keys."),
      h("div", { className: "sr-only", role: "status", "aria-live": "polite" }, model.said));
  };
})(window.StashSense);
