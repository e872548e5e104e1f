// "Identify faces…" in the menu of Stash's scene lists, for the scenes that are ticked there.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** Scenes of the page that is shown, as cards or as rows of a table, and whether each is ticked. */
  function onThisPage() {
    return [...document.querySelectorAll('.scene-list input[type="checkbox"]')].flatMap((one) => {
      const place = one.closest(".scene-card, tr");
      const link = place && place.querySelector('a[href*="/scenes/"]');
      const id = link && /\/scenes\/(\d+)/.exec(link.getAttribute("href") || "");
      return id ? [{ id: id[1], ticked: /** @type {HTMLInputElement} */ (one).checked }] : [];
    });
  }

  /** How many scenes Stash says are selected, on all pages of the list together; null if it does not say. */
  function selectedInAll() {
    const info = document.querySelector(".selected-items-info");
    const found = info && /\d+/.exec(info.textContent || "");
    return found ? Number(found[0]) : null;
  }

  /**
   * Stash does not tell plugins what is selected, and a selection outlives the page of the list: so each page is read whenever it changes.
   * @param {boolean} any whether anything is selected
   * @returns {() => {ids: string[], selected: number}} ids: those that are known; selected: how many Stash counts
   */
  function useSelected(any) {
    const known = React.useRef(/** @type {Set<string>} */ (new Set()));
    const look = () => {
      const ids = known.current;
      const page = onThisPage();
      const here = page.filter((one) => one.ticked).map((one) => one.id);
      page.forEach((one) => (any && one.ticked ? ids.add(one.id) : ids.delete(one.id)));
      const all = selectedInAll();
      // "Select all" puts this page in place of what was selected on others.
      if (!any || all === here.length) known.current = new Set(any ? here : []);
      return all;
    };
    React.useEffect(() => void look());
    return () => {
      const all = look();
      const ids = [...known.current];
      return { ids, selected: all === null ? ids.length : all };
    };
  }

  /** @param {{asked: {ids: string[], selected: number} | null, onClose: () => void}} props */
  function Dialog({ asked, onClose }) {
    const { Button, Form, Modal } = /** @type {any} */ (window.PluginApi.libraries.Bootstrap);
    const toast = window.PluginApi.hooks.useToast();
    const [force, setForce] = React.useState(false);
    const [busy, setBusy] = React.useState(false);
    const alive = ns.useAlive();
    const last = React.useRef(asked);
    if (asked) last.current = asked; // while the dialog fades out it still says what it said
    const { ids, selected } = last.current || { ids: [], selected: 0 };
    const what = ns.format.plural(ids.length, "scene");
    const start = async () => {
      setBusy(true);
      try {
        await ns.api.startTask({ description: `Stash Sense: identify ${what}`, args: { mode: "identify", scene_ids: ids, ...(force ? { force: true } : {}) } });
        toast.success(`Identifying ${what} in the background.`);
        onClose();
      } catch (problem) {
        toast.error(problem);
      } finally {
        if (alive.current) setBusy(false);
      }
    };
    return h(Modal, { show: !!asked, onHide: onClose, "aria-label": "Identify faces" },
      h(Modal.Header, { closeButton: true }, h(Modal.Title, null, "Identify faces")),
      h(Modal.Body, null,
        ids.length !== selected && h(ns.Notice, {
          variant: "warning",
          text: `${ns.format.plural(selected, "scene is", "scenes are")} selected, but Stash shows plugins only ${ids.length} of them. Select the others again, as cards or in the table.`,
        }),
        h("p", null, ids.length ? `Looks for faces in ${what}, as a job in the background, and suggests who they are.` : "There is no selected scene to look at."),
        h(Form.Check, { id: "stash-sense-again", type: "checkbox", checked: force, label: "Also scenes that are up to date", onChange: () => setForce(!force) })),
      h(Modal.Footer, null,
        h(Button, { variant: "secondary", onClick: onClose }, "Cancel"),
        h(Button, { variant: "primary", disabled: busy || !ids.length, onClick: start, title: `Starts the job for ${what}` }, `Identify ${what}`)));
  }

  /** Called while Stash renders the list's operations. @param {SceneListProps | undefined} props @returns {{more: ListOperation, dialog: Shown}} */
  ns.useIdentifySelected = function useIdentifySelected(props) {
    const any = !!(props && props.hasSelection);
    const selected = useSelected(any);
    const [asked, setAsked] = React.useState(/** @type {{ids: string[], selected: number} | null} */ (null));
    return {
      more: { text: "Identify faces…", isDisplayed: () => any, onClick: () => setAsked(selected()) },
      dialog: h(Dialog, { asked, onClose: () => setAsked(null) }),
    };
  };
})(window.StashSense);
