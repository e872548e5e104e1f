// What the review page shows: how sure, who, where from, in which order.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const BOUNDS = [60, 70, 80, 90, 95, 98];
  /** @type {[string, string][]} */
  const KINDS = [["", "Scenes and pictures"], ["scene", "Scenes"], ["image", "Pictures"]];
  /** @type {[string, string][]} */
  const SORTS = [["", "Most likely first"], ["unsure", "Least likely first"], ["newest", "Analysed last first"], ["people", "Most people first"]];

  /** A named choice; after the mouse it gives the keyboard back to the list. @param {{label: string, value: string, options: [string, string][], title: string, onChange: (value: string) => void}} props */
  function Choice({ label, value, options, title, onChange }) {
    const { Form } = window.PluginApi.libraries.Bootstrap;
    const mouse = React.useRef(false);
    return h("label", { className: "ss-filter" },
      h("span", { className: "ss-filter__name text-muted" }, label),
      h(Form.Control, {
        as: "select", size: "sm", className: "btn-secondary", value, title, "aria-label": label,
        onPointerDown: () => (mouse.current = true), onKeyDown: () => (mouse.current = false),
        onChange: (/** @type {React.ChangeEvent<HTMLSelectElement>} */ event) => {
          if (mouse.current) event.target.blur();
          onChange(event.target.value);
        },
      }, options.map(([key, text]) => h("option", { key, value: key }, text))));
  }

  /** Stash's own choice of a studio, once it is loaded; null in a Stash that does not lend it. */
  function useStudioSelect() {
    const { components, loadableComponents, utils } = window.PluginApi;
    const [, look] = React.useState(0);
    const alive = ns.useAlive();
    const studios = loadableComponents && loadableComponents.Studios;
    React.useEffect(() => {
      if (!components.StudioIDSelect && studios && utils.loadComponents) utils.loadComponents([studios]).then(() => alive.current && look(1), () => undefined);
    }, []);
    return components.StudioIDSelect || null;
  }

  /** @param {string} chosen as in the address @param {ReviewList | null} list @returns {[string, string][]} */
  function people(chosen, list) {
    const known = /** @type {[string, string][]} */ ((list ? list.performers : []).map((one) => [one.performer_id || one.person_id, `${one.name} (${one.tracks.toLocaleString("en-GB")})`]));
    if (!chosen || known.some(([key]) => key === chosen)) return [["", "Everybody"], ...known];
    const [seen] = list ? list.items.flatMap((item) => item.people.map((person) => person.candidates[0])).filter((one) => one && (one.performer_id === chosen || one.person_id === chosen)) : [];
    return [["", "Everybody"], [chosen, seen ? seen.name : `Performer ${chosen}`], ...known];
  }

  ns.ReviewFilters = function ReviewFilters({ query, list, go }) {
    const StudioSelect = useStudioSelect();
    const min = String(ns.review.percent(query.min) || "");
    const bounds = /** @type {[string, string][]} */ ([...new Set([...BOUNDS, ...(min ? [Number(min)] : [])])].sort((one, other) => one - other).map((one) => [String(one), `${one} %`]));
    /** @param {string} key */
    const set = (key) => (/** @type {string} */ value) => go({ [key]: value || null, page: null });
    return h("div", { className: "ss-filters", role: "search", "aria-label": "What is shown" },
      h(Choice, { label: "Lowest probability", value: min, options: [["", list && !min ? `${ns.format.percent(list.from)}, as set` : "As in the settings"], ...bounds], title: "Shows only names that are at least this likely", onChange: set("min") }),
      h(Choice, { label: "Performer", value: query.performer || "", options: people(query.performer || "", list), title: "Shows only one performer", onChange: set("performer") }),
      StudioSelect && h("div", { className: "ss-filter ss-filter--studio" },
        h("span", { className: "ss-filter__name text-muted", "aria-hidden": true }, "Studio"),
        h(StudioSelect, { ids: query.studio ? [query.studio] : [], isClearable: true, creatable: false, noSelectionString: "Any studio", "aria-label": "Studio", onSelect: (/** @type {{id: string}[]} */ chosen) => set("studio")(chosen.length ? String(chosen[0].id) : "") })),
      h(Choice, { label: "Show", value: KINDS.some(([key]) => key === query.kind) ? query.kind : "", options: KINDS, title: "Scenes, pictures or both", onChange: set("kind") }),
      h(Choice, { label: "Order", value: SORTS.some(([key]) => key === query.sort) ? query.sort : "", options: SORTS, title: "What comes first", onChange: set("sort") }));
  };
})(window.StashSense);
