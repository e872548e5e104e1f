// Everybody of a scene or picture, with the dialogs that belong to them.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.PeopleList = function PeopleList({ kind, model, seek, locked }) {
    const faces = /** @type {Faces} */ (model.faces);
    const [pair, setPair] = React.useState(/** @type {Pair | null} */ (null));
    const [asked, setAsked] = React.useState(/** @type {Person | null} */ (null));
    // Who stands in which group is settled once per analysis: a decision must not move a card.
    const weak = React.useMemo(() => faces.people.filter((person) => person.verdict === "insufficient").map((person) => person.track_id), [faces.analysed_at]);
    const common = { kind, model, seek, locked, onEnlarge: setPair, onSearch: setAsked };
    /** @param {Found} found */
    const name = (found) => {
      if (!asked) return;
      setAsked(null);
      model.decide(ns.assignment(asked.track_id, found), `Added ${found.name}.`);
    };
    return h("div", { className: "ss-people", key: faces.analysed_at },
      faces.people.filter((person) => !weak.includes(person.track_id)).map((person) => h(ns.PersonCard, { key: person.track_id, person, ...common })),
      h(ns.InsufficientList, { people: faces.people.filter((person) => weak.includes(person.track_id)), ...common }),
      h(ns.EnlargeDialog, { pair, onClose: () => setPair(null) }),
      h(ns.SearchDialog, { open: !!asked, title: "Who is this?", kind, onPick: name, onClose: () => setAsked(null) }));
  };
})(window.StashSense);
