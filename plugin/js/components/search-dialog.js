// "Who is this?": finds people of the gallery and performers of the library by name.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const PAUSE_MS = 250; // an operation costs an interpreter's start: ask once per word, not once per letter

  /** @param {string} query @returns {{found: Found[] | null, error: string | null, busy: boolean}} */
  function useSearch(query) {
    const [state, setState] = React.useState({ found: /** @type {Found[] | null} */ (null), error: /** @type {string | null} */ (null), busy: false });
    React.useEffect(() => {
      let wanted = true;
      if (!query) {
        setState({ found: null, error: null, busy: false });
        return undefined;
      }
      setState((now) => ({ ...now, busy: true }));
      const timer = setTimeout(() => {
        lookUp(query).then(
          (found) => wanted && setState({ found, error: null, busy: false }),
          (problem) => wanted && setState({ found: null, error: ns.format.explain(problem), busy: false }),
        );
      }, PAUSE_MS);
      return () => {
        wanted = false;
        clearTimeout(timer);
      };
    }, [query]);
    return state;
  }

  /** People of the gallery (with their faces), then performers of the library whom the gallery does not know. @param {string} query @returns {Promise<Found[]>} */
  async function lookUp(query) {
    const [people, performers] = await Promise.all([
      /** @type {Promise<Found[]>} */ (ns.api.operation({ mode: "search_people", q: query })),
      ns.api.findPerformers(query),
    ]);
    const known = people.map((person) => person.performer_id);
    return [...people, ...performers.filter((performer) => !known.includes(performer.performer_id))];
  }

  /** Arrow keys walk from the field through the results and back. @param {React.KeyboardEvent} event */
  function walk(event) {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const stops = [...event.currentTarget.querySelectorAll("input, .ss-found")];
    const next = stops[stops.indexOf(/** @type {Element} */ (document.activeElement)) + (event.key === "ArrowDown" ? 1 : -1)];
    if (next instanceof HTMLElement) next.focus();
    event.preventDefault();
  }

  /** @param {{found: Found, origin: string | null, kind: Kind | "group", onPick: (found: Found) => void}} props */
  function Row({ found, origin, kind, onPick }) {
    return h("button", { type: "button", className: "ss-found", onClick: () => onPick(found), title: ns.format.adds(found, origin, kind) },
      h(ns.Crop, { source: found.crop, alt: "", small: true }),
      h("span", { className: "ss-found__name" }, ns.format.person(found.name, found.disambiguation)),
      !found.performer_id && h("span", { className: "ss-found__new text-muted" }, origin ? `from ${origin}` : "new performer"));
  }

  ns.SearchDialog = function SearchDialog({ open, title, kind, onPick, onClose }) {
    const { Modal, Button, Form } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const [text, setText] = React.useState("");
    const field = React.useRef(/** @type {HTMLInputElement | null} */ (null));
    const query = text.trim();
    const { found, error, busy } = useSearch(open ? query : "");
    const origin = ns.useOrigin(found || []);
    React.useEffect(() => setText(""), [open]);
    const none = found && !found.length && !busy;
    const words = error ? null : !query ? "Type a name or an alias." : none ? `Nobody called “${query}” in your library or gallery.` : null;
    return h(Modal, { show: open, onHide: onClose, onEntered: () => field.current && field.current.focus(), "aria-label": title },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, title)),
      h(Modal.Body, { onKeyDown: walk },
        h(Form.Control, {
          className: "text-input", type: "search", value: text, ref: field, "aria-label": "Name", placeholder: "Name",
          onChange: (/** @type {React.ChangeEvent<HTMLInputElement>} */ event) => setText(event.target.value),
        }),
        h("div", { className: "ss-founds", "aria-busy": busy },
          busy && !found && LoadingIndicator && h(LoadingIndicator, { inline: true, small: true, message: "" }),
          error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error) }),
          found && query && [...found, { person_id: null, performer_id: null, name: query, disambiguation: null, crop: null }].map((one) => h(Row, { key: `${one.person_id}/${one.performer_id}`, found: one, origin: origin(one), kind, onPick }))),
        h("div", { className: "ss-founds__words text-muted", role: "status" }, words)),
      h(Modal.Footer, null, h(Button, { variant: "secondary", onClick: onClose }, "Close")));
  };
})(window.StashSense);
