// A sign on the cards of scenes where somebody waits for a decision. It comes from the tags that the card has anyway: no card asks anything.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const WAITS = "Sense: to review"; // as we call it; whoever has renamed the tag: its id is asked for once
  const MAYBE = "Sense: maybe ";

  /** @type {Record<string, string> | null} our tags by role */
  let known = null;
  /** @type {Promise<Record<string, string>> | null} */
  let asked = null;

  /** Once while the page is open, however many cards there are. Without an answer the names have to do. */
  function askOnce() {
    if (!asked) asked = ns.api.operation({ mode: "tags" }).then((found) => (known = /** @type {Record<string, string>} */ (found)), () => (known = {}));
    return asked;
  }

  function useTagIds() {
    const [ids, setIds] = React.useState(known);
    const alive = ns.useAlive();
    React.useEffect(() => {
      if (!ids) askOnce().then((found) => alive.current && setIds(found));
    }, []);
    return ids || {};
  }

  ns.CardBadge = function CardBadge({ scene, selecting }) {
    const { Badge } = window.PluginApi.libraries.Bootstrap;
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const ids = useTagIds();
    if (!scene.tags.some((tag) => tag.id === ids.to_review || tag.name === WAITS)) return null;
    const names = scene.tags.flatMap(({ name }) => (name && name.startsWith(MAYBE) ? [name.slice(MAYBE.length)] : []));
    const words = ["Faces to review", ns.format.among(names)].filter(Boolean).join(": ");
    // While cards are being selected a click anywhere selects this one.
    const onClick = (/** @type {Event} */ event) => selecting && event.preventDefault();
    return h("div", { className: "ss-card" }, h(Link, { className: "btn minimal", to: `/scenes/${encodeURIComponent(scene.id)}`, title: words, "aria-label": words, onClick },
      h(ns.Icon, { name: "faUserCheck" }), h(Badge, { pill: true, variant: "warning" }, names.length || "?")));
  };

  /** The card's row of icons with the sign at its end, wherever that row is. @param {Shown} shown @param {React.ReactElement} sign @returns {Shown} */
  ns.intoPopovers = function intoPopovers(shown, sign) {
    if (!React.isValidElement(shown)) return shown;
    const { className, children } = /** @type {{className?: string, children?: Shown}} */ (shown.props);
    if (className === "card-popovers") return React.cloneElement(shown, {}, ...React.Children.toArray(children), sign);
    if (children === undefined || children === null) return shown;
    return React.cloneElement(shown, {}, ...React.Children.toArray(children).map((one) => intoPopovers(one, sign)));
  };
})(window.StashSense);
