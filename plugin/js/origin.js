// Where somebody is known from who is not in the library: the names of the stash-boxes in the gallery package's record.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;
  /** @type {Promise<StashBox[]> | null} */
  let asked = null; // one question per page is enough

  /** The stash-boxes as Stash's settings name them; none if that cannot be read, then hosts do. @returns {Promise<StashBox[]>} */
  function boxes() {
    asked = asked || ns.api.stashBoxes().catch(() => ((asked = null), []));
    return asked;
  }

  /** @param {Stranger} who */
  const links = (who) => (who.performer_id ? [] : who.stash_ids || []);

  /**
   * Returns what tells "StashDB" or "StashDB and FansDB" for somebody outside the library, null for everybody else.
   * @param {(Stranger | null)[]} people whom it will be asked about: without a stranger among them nothing is looked up
   * @returns {(who: Stranger | null) => string | null}
   */
  ns.useOrigin = function useOrigin(people) {
    const [known, setKnown] = React.useState(/** @type {StashBox[]} */ ([]));
    const strangers = people.some((who) => who && links(who).length);
    React.useEffect(() => {
      let alive = strangers;
      if (strangers) boxes().then((found) => alive && setKnown(found));
      return () => {
        alive = false;
      };
    }, [strangers]);
    return (who) => {
      const addresses = who ? links(who).map((link) => link.endpoint) : [];
      const names = addresses.map((address) => (known.find((box) => box.endpoint === address) || { name: "" }).name || ns.format.host(address));
      return ns.format.among([...new Set(names)]);
    };
  };
})(window.StashSense);
