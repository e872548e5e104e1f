// What the page of people to review knows and does: list, decide one by one or many at once, take back, go on.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  const PER_PAGE = 24;
  const SORTS = ["probability", "unsure", "newest", "people"];
  const NUMBER = /^\d+$/;

  /** The lowest probability in the address, in whole per cent; 0: none. @param {string | undefined} min */
  function percent(min) {
    const bound = Math.round(Number(min));
    return bound >= 1 && bound <= 100 ? bound : 0;
  }

  /** What the address asks the operation `review` for; whatever it does not understand is left out. @param {Record<string, string>} query */
  function args({ page, min, performer, kind, studio, sort }) {
    const bound = percent(min);
    return {
      page: Math.max(1, Math.floor(Number(page)) || 1),
      per_page: PER_PAGE,
      ...(bound ? { min_probability: bound / 100 } : {}),
      ...(performer ? { [NUMBER.test(performer) ? "performer_id" : "person_id"]: performer } : {}),
      ...(kind === "scene" || kind === "image" ? { kind } : {}),
      ...(NUMBER.test(studio || "") ? { studio_id: studio } : {}),
      ...(SORTS.includes(sort) ? { sort } : {}),
    };
  }

  /** Everybody whom the list counts, as `review_many` is told. @param {Record<string, string>} query @param {ReviewList} list */
  function where(query, list) {
    const { page: _page, per_page: _perPage, sort: _sort, ...filters } = /** @type {Record<string, unknown>} */ (args(query));
    return { ...filters, min_probability: list.from };
  }

  /** What a scene or picture is called. @param {Place} place @param {PlaceDetail | null | undefined} detail */
  const title = (place, detail) => (detail && detail.title) || ns.format.sentence(ns.format.place(place)).slice(0, -1);

  /** Whether the person still has to be decided on. @param {Person} person as now @param {Note | undefined} note */
  const waits = (person, note) => person.verdict === "suggested" && !(note && note.decisionId && note.decisionId === person.decision_id);

  /** Everybody on the page in order, as now. @param {ReviewList} list @param {Record<string, Person>} changed @param {Record<string, Note>} notes @returns {ReviewRow[]} */
  function rows(list, changed, notes) {
    return list.items.flatMap((item) => item.people.map((first) => {
      const person = changed[first.track_id] || first;
      return { track: first.track_id, item, first, person, waits: waits(person, notes[first.track_id]) };
    }));
  }

  /** Scenes and pictures of this page in which nobody is left to decide on. @param {ReviewRow[]} all */
  const settled = (all) => [...new Set(all.map((row) => row.item))].filter((item) => !all.some((row) => row.item === item && row.waits)).length;

  /** Where "Next" leads: what is decided leaves the list, so that the following ones move up onto this page. @param {ReviewList} list @param {number} gone how many of this page are decided to the end */
  function onward(list, gone) {
    const last = Math.max(1, Math.ceil((list.total - gone) / list.per_page));
    return Math.min(gone ? list.page : list.page + 1, last);
  }

  /** "301 people to review in 128 scenes". @param {number} people @param {number} places @param {string | undefined} kind */
  function counted(people, places, kind) {
    const one = kind === "image" ? "picture" : kind === "scene" ? "scene" : places === 1 ? "scene or picture" : "scenes and pictures";
    return `${ns.format.plural(people, "person", "people")} to review in ${kind ? ns.format.plural(places, one) : `${places.toLocaleString("en-GB")} ${one}`}`;
  }

  /** How a row is called for whoever does not see it. @param {ReviewRow} row @param {string} place title of the scene or picture */
  function label(row, place) {
    const { person, first } = row;
    const who = ns.format.named(person.verdict === "accepted" ? person : first) || { name: "Unknown person", disambiguation: null };
    const share = "probability" in who && who.probability !== undefined && row.waits ? `, ${ns.format.percent(who.probability)}` : "";
    const done = row.waits ? "" : person.verdict === "accepted" ? ", added" : person.decision_id ? ", ruled out" : ", not suggested any more";
    return `${ns.format.person(who.name, who.disambiguation)}${share}${done}, in ${place}`;
  }

  /** The row that follows; null at the end. @param {ReviewRow[]} all @param {string | null} track @param {1 | -1} by @param {(row: ReviewRow) => boolean} [fits] @returns {ReviewRow | null} */
  function step(all, track, by, fits) {
    const from = all.findIndex((row) => row.track === track);
    const ahead = by > 0 ? all.slice(from + 1) : all.slice(0, Math.max(0, from)).reverse();
    return ahead.find((row) => !fits || fits(row)) || null;
  }

  ns.review = { percent, args, where, title, waits, rows, settled, onward, counted, label, step };

  /** One page of the list. @param {Record<string, string>} query the address @returns {ReviewModel} */
  ns.useReview = function useReview(query) {
    const asked = args(query);
    /** @type {Answered<ReviewList>} */
    const { answer: list, error, busy, load } = ns.useAnswer({ mode: "review", ...asked }, [JSON.stringify(asked)]);
    const [changed, setChanged] = React.useState(/** @type {Record<string, Person>} */ ({}));
    const [selected, setSelected] = React.useState(/** @type {string[]} */ ([]));
    const unstarted = React.useRef(/** @type {Set<string>} */ (new Set()));
    const details = ns.usePlaces(list ? list.items : []);
    /** @param {string} track */
    const placeOf = (track) => (list && list.items.find((item) => item.people.some((person) => person.track_id === track))) || {};
    const decisions = ns.useDecisions(placeOf, (_, faces) => {
      setChanged((before) => ({ ...before, ...Object.fromEntries(faces.people.map((person) => [person.track_id, person])) }));
      ns.api.forget();
    });
    React.useLayoutEffect(() => {
      setChanged({});
      setSelected([]);
      decisions.clear();
    }, [list]);
    const all = list ? rows(list, changed, decisions.notes) : [];
    const gone = settled(all);

    return {
      ...decisions, list, error, busy, details,
      selected: selected.filter((track) => all.some((row) => row.track === track && row.waits)),
      rows: all,
      people: list ? list.people - all.filter((row) => !row.waits).length : 0,
      places: list ? list.total - gone : 0,
      gone,
      load: async () => void (await load()),
      select: (tracks) => setSelected(tracks),
      stored: (batch) => void unstarted.current.add(batch.batch_id),
      claim: (batchId) => unstarted.current.delete(batchId),
    };
  };
})(window.StashSense);
