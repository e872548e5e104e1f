// From a name to everywhere: what it will change is shown before anything is.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const TITLES_SHOWN = 8;
  const LEFT_OUT = ["ruled_out", "gone"];

  /** @param {Found} found @returns {Record<string, string>} */
  function who(found) {
    if (found.person_id) return { person_id: found.person_id };
    return found.performer_id ? { performer_id: found.performer_id } : { name: found.name };
  }

  /** Some of the scenes that will get the name, by title. @param {{plan: Plan}} props */
  function Scenes({ plan }) {
    const ids = plan.changes.filter((one) => one.scene_id && !LEFT_OUT.includes(one.change)).map((one) => String(one.scene_id));
    const shown = ids.slice(0, TITLES_SHOWN);
    const details = ns.usePlaces(shown.map((id) => ({ scene_id: id })));
    /** @param {string} id */
    const titleOf = (id) => (details[`scene:${id}`] || { title: "" }).title || `Scene ${id}`;
    const has = plan.changes.filter((one) => one.change === "has").map((one) => one.scene_id);
    if (!ids.length) return null;
    return h("ul", { className: "ss-plan__scenes" },
      shown.map((id) => h("li", { key: id }, titleOf(id), has.includes(id) && h("span", { className: "text-muted" }, " (there already)"))),
      ids.length > shown.length && h("li", { className: "text-muted" }, `and ${ns.format.plural(ids.length - shown.length, "more scene", "more scenes")}`));
  }

  ns.NamingDialog = function NamingDialog({ asked, onDone, onClose }) {
    const { Modal, Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const [plan, setPlan] = React.useState(/** @type {Plan | null} */ (null));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [busy, setBusy] = React.useState(false);
    const args = asked && { mode: "name_group", group_id: asked.group_id, ...who(asked.found), ...(asked.track_ids ? { track_ids: asked.track_ids } : {}) };
    React.useEffect(() => {
      let alive = true;
      setPlan(null);
      setError(null);
      if (args) ns.api.operation({ ...args, dry_run: true }).then(
        (answer) => alive && setPlan(/** @type {{plan: Plan}} */ (answer).plan),
        (problem) => alive && setError(ns.format.explain(problem)),
      );
      return () => {
        alive = false;
      };
    }, [asked]);

    const go = async () => {
      if (!plan || !asked) return;
      setBusy(true);
      setError(null);
      try {
        // Just the faces that were counted: whoever joins the group meanwhile is not named unseen.
        const answer = /** @type {{batch: Batch}} */ (await ns.api.operation({ ...args, track_ids: plan.track_ids }));
        onDone(asked.group_id, answer.batch);
      } catch (problem) {
        setError(ns.format.explain(problem));
      } finally {
        setBusy(false);
      }
    };

    const name = asked ? asked.found.name : "";
    const nothing = !!plan && !plan.track_ids.length;
    return h(Modal, { show: !!asked, onHide: onClose, "aria-label": "What will change" },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, "What will change")),
      h(Modal.Body, { className: "ss-plan" },
        !plan && !error && LoadingIndicator && h(LoadingIndicator, { inline: true, message: "" }),
        error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error) }),
        plan && h("p", null, plan.sentence),
        plan && h(Scenes, { plan }),
        plan && !nothing && h("p", { className: "text-muted" }, "Some of the faces are learned as references. All of it can be undone.")),
      h(Modal.Footer, null,
        h(Button, { variant: "secondary", onClick: onClose }, "Cancel"),
        h(Button, { variant: "primary", disabled: !plan || nothing || busy, onClick: go, title: plan ? plan.sentence : "" }, `Name ${name}`)));
  };
})(window.StashSense);
