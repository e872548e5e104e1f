// The keys of the review page: what each one means, and when it means nothing.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  /** @type {Map<string, KeyAction>} */
  const KEYS = new Map([["j", "next"], ["k", "previous"], ["a", "accept"], ["x", "reject"], ["u", "undo"], ["s", "select"], [" ", "select"], ["Enter", "open"], ["?", "help"]]);
  const ONCE = ["accept", "reject", "undo", "select", "open", "help"]; // not again while the key is held
  const ON_ROW = [" ", "Enter"]; // elsewhere these press the button, box or link that has the focus
  const SEQUENCE_MS = 1000; // how long Stash waits for the second key of "g s", "g k", "g u"
  const TEXT = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]:not([contenteditable=false]), [role=textbox], [role=combobox]";
  const OPEN = ".modal, .dropdown-menu, .dropdown.show";

  /** What a pressed key asks for; null: it is for somebody else. @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey" | "repeat" | "isComposing">} event @param {Pick<Element, "matches" | "closest"> | null} target @returns {KeyAction | null} */
  ns.keyAction = function keyAction(event, target) {
    const { key, ctrlKey, altKey, metaKey, shiftKey, repeat, isComposing } = event;
    if (ctrlKey || altKey || metaKey || isComposing || (shiftKey && key !== "?")) return null;
    if (target && (target.matches(TEXT) || target.closest(OPEN))) return null;
    const action = KEYS.get(key.length === 1 ? key.toLowerCase() : key); // also with caps lock on
    if (!action || (repeat && ONCE.includes(action))) return null;
    return ON_ROW.includes(key) && !(target && target.matches(".ss-review__person")) ? null : action;
  };

  /** Listens while the component is on the page. @param {(action: KeyAction) => boolean} act whether the key has been used */
  ns.useKeys = function useKeys(act) {
    const handler = React.useRef(act);
    handler.current = act;
    React.useEffect(() => {
      let since = -Infinity; // when "g" was pressed, which begins Stash's own ways to its pages
      const listen = (/** @type {KeyboardEvent} */ event) => {
        const begun = event.timeStamp - since < SEQUENCE_MS;
        since = event.key === "g" ? event.timeStamp : -Infinity;
        // An open dialog or menu has the keyboard, also when the focus is not in it.
        if (begun || event.defaultPrevented || document.querySelector(".modal.show, .dropdown-menu.show")) return;
        const action = ns.keyAction(event, event.target instanceof Element ? event.target : null);
        if (!action || !handler.current(action)) return;
        // No keypress follows: Stash's own "?" stays closed.
        event.preventDefault();
        event.stopPropagation();
      };
      document.addEventListener("keydown", listen, true);
      return () => document.removeEventListener("keydown", listen, true);
    }, []);
  };
})(window.StashSense);
