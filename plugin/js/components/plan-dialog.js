// Many decisions at once: what they will change is shown before anything is.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const SHOWN = 12;

  /** In how many scenes and pictures somebody is decided about. @param {BulkPlan} plan @param {string} personId */
  function where(plan, personId) {
    const items = plan.items.filter((item) => item.person_id === personId);
    const count = (/** @type {"scene_id" | "image_id"} */ kind) => new Set(items.map((item) => item[kind]).filter(Boolean)).size;
    return ns.format.places({ scenes: count("scene_id"), images: count("image_id") });
  }

  /** Whom it is about. @param {{plan: BulkPlan, accept: boolean}} props */
  function People({ plan, accept }) {
    const { people } = plan;
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const [all, setAll] = React.useState(false);
    const shown = all ? people : people.slice(0, SHOWN);
    return h(React.Fragment, null,
      h("ul", { className: "list-unstyled ss-plan__people" }, shown.map((one) => h("li", { key: one.person_id, className: "ss-plan__person" },
        h(ns.Crop, { source: one.crop, alt: "", small: true }),
        h("span", { className: "ss-found__name" }, one.name, accept && one.creates && h("span", { className: "text-muted" }, " (new performer)")),
        h("span", { className: "text-muted" }, where(plan, one.person_id))))),
      people.length > shown.length && h(Button, { size: "sm", variant: "link", onClick: () => setAll(true), title: "Shows everybody in this list" }, `Show ${people.length - shown.length} more`));
  }

  /** How much the least sure of the names are worth; nothing to say about sure ones. @param {number | undefined} bound */
  function doubt(bound) {
    if (!bound || bound >= 0.95) return null;
    const sure = parseInt(ns.format.percent(bound), 10);
    return `Of 100 names as sure as the least sure one here, about ${100 - sure} are wrong. A higher lowest probability is safer.`;
  }

  /** @param {BulkAsked | null} asked @returns {{plan: BulkPlan | null, error: string | null, busy: boolean, go: (done: (batch: Batch) => void) => Promise<void>}} */
  function usePlan(asked) {
    const [plan, setPlan] = React.useState(/** @type {BulkPlan | null} */ (null));
    const [error, setError] = React.useState(/** @type {string | null} */ (null));
    const [busy, setBusy] = React.useState(false);
    React.useEffect(() => {
      let wanted = true;
      setPlan(null);
      setError(null);
      if (asked) ns.api.operation({ mode: "review_many", action: asked.action, ...(asked.items ? { items: asked.items } : { where: asked.where }), dry_run: true }).then(
        (answer) => wanted && setPlan(/** @type {{plan: BulkPlan}} */ (answer).plan),
        (problem) => wanted && setError(ns.format.explain(problem)),
      );
      return () => {
        wanted = false;
      };
    }, [asked]);
    return {
      plan, error, busy,
      go: async (done) => {
        if (!asked || !plan) return;
        setBusy(true);
        setError(null);
        try {
          // Just those who were shown: whoever is suggested meanwhile is not decided unseen.
          done(/** @type {{batch: Batch}} */ (await ns.api.operation({ mode: "review_many", action: asked.action, items: plan.items })).batch);
        } catch (problem) {
          setError(ns.format.explain(problem));
        } finally {
          setBusy(false);
        }
      },
    };
  }

  ns.PlanDialog = function PlanDialog({ asked, onDone, onClose }) {
    const { Modal, Button } = window.PluginApi.libraries.Bootstrap;
    const { LoadingIndicator } = window.PluginApi.components;
    const { plan, error, busy, go } = usePlan(asked);
    const accept = !!asked && asked.action === "accept";
    const count = plan ? plan.items.length : 0;
    const warning = accept && asked ? doubt(asked.where && asked.where.min_probability) : null;
    return h(Modal, { show: !!asked, onHide: onClose, "aria-label": "What will change" },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, "What will change")),
      h(Modal.Body, { className: "ss-plan" },
        !plan && !error && LoadingIndicator && h(LoadingIndicator, { inline: true, message: "" }),
        error && h(ns.Notice, { text: error, fix: ns.format.fixFor(error) }),
        plan && h("p", null, plan.sentence),
        plan && count > 0 && warning && h(ns.Notice, { variant: "warning", text: warning }),
        plan && plan.people.length > 0 && h(People, { plan, accept }),
        count > 0 && h("p", { className: "text-muted" }, accept ? "Some of the faces are learned as references. All of it can be undone." : "Nothing changes in Stash but the tags of Stash Sense. All of it can be undone.")),
      h(Modal.Footer, null,
        h(Button, { variant: "secondary", onClick: onClose }, "Cancel"),
        h(Button, { variant: "primary", disabled: !count || busy, onClick: () => go(onDone), title: plan ? plan.sentence : "" }, `${accept ? "Accept" : "Not them:"} ${plan ? count.toLocaleString("en-GB") : "…"}`)));
  };
})(window.StashSense);
