// Every face of one unknown person: tick those that belong together, see who it may be.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** @param {{member: UnknownFace, ticked: boolean, onTick: () => void}} props */
  function Face({ member, ticked, onTick }) {
    const at = member.best_time_s === null ? "" : ` at ${ns.format.time(member.best_time_s)}`;
    const where = ns.format.place(member) + at;
    return h("div", { className: `ss-member${ticked ? "" : " ss-member--out"}` },
      h("label", { className: "ss-member__face" },
        h("input", { type: "checkbox", checked: ticked, onChange: onTick, "aria-label": `Face in ${where}` }),
        h(ns.Crop, { source: member.crop, alt: "" })),
      h(ns.PlaceLink, { className: "ss-member__where", place: member, seconds: member.best_time_s, title: `Opens ${where}` }, where));
  }

  ns.GroupDialog = function GroupDialog({ group, onName, onClose, onChange }) {
    const { Modal, Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    /** @type {Answered<UnknownPerson>} */
    const { answer: person, error, load, put } = ns.useAnswer({ mode: "unknown_person", group_id: group, page: 1 }, [group]);
    const alive = ns.useAlive();
    const [busy, setBusy] = React.useState(false);
    const [out, setOut] = React.useState(/** @type {string[]} */ ([]));
    const [parted, setParted] = React.useState(/** @type {string[]} */ ([]));
    const [failure, setFailure] = React.useState(/** @type {string | null} */ (null));
    const members = person ? person.members : [];
    const more = !!person && person.page * person.per_page < person.tracks;
    const ticked = members.map((one) => one.track_id).filter((id) => !out.includes(id));
    const tick = (/** @type {string} */ id) => setOut(out.includes(id) ? out.filter((one) => one !== id) : [...out, id]);
    const chosen = out.length ? ticked : undefined; // nothing unticked: everybody, also those not shown yet

    /** One thing at a time, and nothing for a dialog that is closed. @param {() => Promise<void>} act */
    const once = async (act) => {
      setBusy(true);
      setFailure(null);
      try {
        await act();
      } catch (problem) {
        if (alive.current) setFailure(ns.format.explain(problem));
      } finally {
        if (alive.current) setBusy(false);
      }
    };
    const showMore = () => once(async () => {
      const page = person ? person.page + 1 : 1;
      const next = /** @type {UnknownPerson} */ (await ns.api.operation({ mode: "unknown_person", group_id: group, page }));
      const fresh = next.members.filter((member) => !members.some((one) => one.track_id === member.track_id));
      if (alive.current) put((before) => before && { ...next, members: [...before.members, ...fresh] });
    });
    /** @param {Record<string, unknown>} args @param {string[]} after */
    const change = (args, after) => once(async () => {
      await ns.api.operation({ group_id: group, ...args });
      onChange();
      if (!alive.current) return;
      setParted(after);
      setOut([]);
      await load();
    });
    const apart = (/** @type {boolean} */ asOne) => change({ mode: "part_group", track_ids: out, as_one: asOne }, out);
    const faces = ns.format.plural(out.length, "face");
    return h(Modal, { show: true, onHide: onClose, size: "lg", "aria-label": "Unknown person" },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, person ? `Unknown person in ${ns.format.places(person)}` : "Unknown person")),
      h(Modal.Body, null,
        error && h(ns.Notice, { text: error }),
        failure && h(ns.Notice, { text: failure }),
        !person && !error && LoadingIndicator && h(LoadingIndicator, { inline: true, message: "" }),
        person && person.suggestions.length > 0 && h("div", { className: "ss-leanings" },
          h("div", { className: "text-muted" }, "Perhaps:"),
          person.suggestions.map((one) => h("button", { key: one.person_id, type: "button", className: "ss-found", onClick: () => onName(group, one, chosen), title: ns.format.adds(one, null, "group") },
            h(ns.Crop, { source: one.crop, alt: "", small: true }),
            h("span", { className: "ss-found__name" }, ns.format.person(one.name, one.disambiguation)),
            h("span", { className: "text-muted" }, one.probability === null ? `${ns.format.plural(one.tracks, "face", "faces")} of this group named so` : `at most ${ns.format.percent(one.probability)}`)))),
        person && h("p", { className: "text-muted" }, members.length > 1 ? "Untick a face that is somebody else." : "Seen once so far."),
        h("div", { className: "ss-members" }, members.map((member) => h(Face, { key: member.track_id, member, ticked: !out.includes(member.track_id), onTick: () => tick(member.track_id) }))),
        more && h(Button, { size: "sm", variant: "secondary", disabled: busy, onClick: showMore, title: "Shows the next faces" }, `Show more (${person.tracks - members.length})`),
        out.length > 0 && h("div", { className: "ss-apart" },
          h(Button, { size: "sm", variant: "secondary", disabled: busy || !ticked.length, onClick: () => apart(false), title: "Takes the unticked faces out of this group for good, each by itself; changes nothing in Stash" }, `Not this person: ${faces}`),
          out.length > 1 && h(Button, { size: "sm", variant: "secondary", disabled: busy || !ticked.length, onClick: () => apart(true), title: "Makes the unticked faces one other unknown person; changes nothing in Stash" }, "One other person")),
        parted.length > 0 && h("div", { className: "ss-batch" }, h("span", { className: "ss-batch__words" }, `${ns.format.plural(parted.length, "face")} taken out.`),
          h(Button, { size: "sm", variant: "secondary", disabled: busy, onClick: () => change({ mode: "rejoin_group", track_ids: parted }, []), title: "Puts them back into this group" }, "Undo"))),
      h(Modal.Footer, null,
        h(Button, { variant: "secondary", onClick: onClose }, "Close"),
        h(Button, { variant: "primary", disabled: busy || !ticked.length, onClick: () => onName(group, null, chosen), title: "Says who this is; shows first what that will change" }, out.length ? `Name ${ns.format.plural(ticked.length, "face")}…` : "Name…")));
  };
})(window.StashSense);
