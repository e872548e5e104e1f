// One person of a scene or picture: faces, name, when seen, and what to do.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.PersonCard = function PersonCard({ kind, person, model, seek, locked, onEnlarge, onSearch }) {
    const [why, setWhy] = React.useState(false);
    const [height, setHeight] = React.useState(0);
    const card = React.useRef(/** @type {HTMLElement | null} */ (null));
    // Whoever was turned down on this page stays in view, so that the card keeps its shape until it is loaded anew.
    const note = model.notes[person.track_id];
    const turnedDown = !!note && !!note.decisionId && note.decisionId === person.decision_id && person.verdict !== "accepted";
    const before = React.useRef(/** @type {Who | null} */ (null));
    const named = turnedDown ? before.current : ns.format.named(person);
    before.current = named;
    const origin = ns.useOrigin([named]);
    const others = person.verdict === "accepted" ? [] : person.candidates.filter((candidate) => !named || candidate.person_id !== named.person_id);
    const name = named ? ns.format.person(named.name, named.disambiguation) : "Unknown person";
    const pending = !!model.pending[person.track_id];
    // The card keeps the height it had when it was decided, so that the next one stays under the pointer.
    React.useLayoutEffect(() => {
      if (pending && card.current) setHeight(card.current.getBoundingClientRect().height);
    }, [pending]);
    const facts = ns.format.plural(person.faces, "face");
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const also = !named && person.elsewhere && person.elsewhere.scenes + person.elsewhere.images > 0 ? person.elsewhere : null;

    return h("section", { className: `ss-person ss-person--${turnedDown ? "rejected" : person.verdict}`, "aria-label": name, "aria-busy": pending, ref: card, style: height ? { minHeight: height } : undefined },
      h(ns.FacePair, { person, candidate: named, onEnlarge }),
      h("div", { className: "ss-person__body" },
        h("div", { className: "ss-person__head" },
          named ? h(ns.PersonName, { name: named.name, extra: named.disambiguation, performerId: named.performer_id, origin: origin(named) }) : h("span", { className: "ss-name" }, "Unknown person"),
          named && named.probability !== undefined && !turnedDown && h("span", { className: "ss-person__share", title: "How sure Stash Sense is" }, ns.format.percent(named.probability)),
          h(ns.PersonMenu, { label: name, locked: locked || pending, named: person.verdict === "accepted", candidate: named, whyOpen: why, onWhy: () => setWhy(!why), onSearch: () => onSearch(person) })),
        h("div", { className: "ss-person__facts text-muted" }, facts, person.segments.length || person.best_time_s !== null ? " · " : null, h(ns.TimeSpans, { person, seek }),
          also && " · ", also && h(Link, { className: "ss-also", to: ns.pageAt({ tab: "unknown", group: also.group_id }), title: "Shows this unknown person wherever seen" }, `also in ${ns.format.places(also)}`)),
        h(ns.PersonActions, { kind, person, candidate: named, origin: origin(named), model, locked, onSearch: () => onSearch(person) })),
      h("div", { className: "ss-person__more" },
        why && h(ns.EvidenceList, { person, candidate: named, kind }),
        h(ns.OtherCandidates, {
          candidates: others,
          kind,
          locked: locked || pending,
          onPick: (candidate) => model.decide({ track_id: person.track_id, action: "accept", person_id: candidate.person_id }, `Added ${candidate.name}.`),
        })));
  };
})(window.StashSense);
