// Last of our files: hangs the panels into Stash's pages.
(function (ns) {
  "use strict";
  const api = window.PluginApi;
  const { React } = api;
  const h = ns.h;
  const KEY = "stash-sense-faces";

  /** The props with something more among the children; every other prop is kept for the plugins after us. @param {any} props @param {Shown} extra */
  const extend = (props, extra) => ({ ...(props || {}), children: h(React.Fragment, null, props && props.children, extra) });
  // Plugins before us may have dropped the scene from the props; the address still has its id.
  const idInAddress = () => (window.location.pathname.match(/\/scenes\/(\d+)/) || [])[1];

  api.patch.before("ScenePage.Tabs", (props, ...rest) => {
    const { Nav } = api.libraries.Bootstrap;
    return [extend(props, h(Nav.Item, { key: KEY }, h(Nav.Link, { eventKey: KEY }, "Faces"))), ...rest];
  });

  api.patch.before("ScenePage.TabContent", (props, ...rest) => {
    const { Tab } = api.libraries.Bootstrap;
    const id = (props && props.scene && props.scene.id) || idInAddress();
    const pane = h(Tab.Pane, { eventKey: KEY, key: KEY, mountOnEnter: true, "aria-label": "Faces" }, id ? h(ns.ScenePanel, { sceneId: id, seek: props && props.setTimestamp, cast: props && props.scene && props.scene.performers }) : null);
    return [extend(props, pane), ...rest];
  });

  api.patch.after("ImageDetailPanel", (...args) => {
    const [props, shown] = [args[0], args[args.length - 1]];
    const id = props && props.image && props.image.id;
    return id ? h(React.Fragment, null, shown, h(ns.ImagePanel, { key: KEY, imageId: id, cast: props.image.performers })) : shown;
  });

  // Called while Stash renders the panel, so that its hooks may be used here (the menu item itself cannot).
  api.patch.before("GalleryImagesPanel", (props, ...rest) => {
    const toast = api.hooks.useToast();
    const id = props && props.gallery && props.gallery.id;
    if (!id) return [props, ...rest];
    /** @param {unknown} _result @param {unknown} _filter @param {Set<string>} [selected] */
    const identify = async (_result, _filter, selected) => {
      const ids = selected ? [...selected] : [];
      const what = ids.length ? ns.format.plural(ids.length, "picture") : `gallery ${id}`;
      const args = ids.length ? { mode: "identify_images", image_ids: ids } : { mode: "identify_images", gallery_id: id };
      try {
        await ns.api.startTask({ description: `Stash Sense: identify ${what}`, args });
        toast.success(`Identifying ${ids.length ? what : "this gallery"} in the background.`);
      } catch (problem) {
        toast.error(problem);
      }
    };
    return [{ ...props, extraOperations: [...(props.extraOperations || []), { text: "Identify faces", onClick: identify }] }, ...rest];
  });

  // Where our page and what it knows are reached from. A Stash without one of these places never calls what is meant for it.
  if (api.register && api.register.route) {
    api.register.route(ns.PAGE, () => h(ns.ReviewPage));

    api.patch.before("MainNavBar.UtilityItems", (props, ...rest) => [{ ...(props || {}), children: h(React.Fragment, null, h(ns.NavItem, { key: KEY }), props && props.children) }, ...rest]);

    // Rendered for "Tools", which holds one thing, and for "Scene tools", which holds two: ours is there once.
    api.patch.before("SettingsToolsSection", (props, ...rest) => (props && Array.isArray(props.children) ? [extend(props, h(ns.ToolsEntry, { key: KEY })), ...rest] : [props, ...rest]));
  }

  api.patch.after("SceneCard.Popovers", (...args) => {
    const [props, shown] = [args[0], args[args.length - 1]];
    const scene = props && props.scene;
    return scene && scene.tags && scene.tags.length ? ns.intoPopovers(shown, h(ns.CardBadge, { key: KEY, scene, selecting: !!props.selecting })) : shown;
  });

  api.patch.before("PerformerDetailsPanel.DetailGroup", (props, ...rest) => {
    const id = props && props.performer && props.performer.id;
    return id ? [extend(props, h(ns.PerformerFaces, { key: KEY, performerId: id, fullWidth: !!props.fullWidth })), ...rest] : [props, ...rest];
  });

  // Runs hooks, as Stash's own panel does: this is called while it is rendered.
  api.patch.instead("SceneListOperations", (...args) => {
    const [props, next] = [args[0], args[args.length - 1]];
    const { more, dialog } = ns.useIdentifySelected(props);
    if (!props || !Array.isArray(props.operations)) return next(...args.slice(0, -1));
    return h(React.Fragment, null, next({ ...props, operations: [...props.operations, more] }, ...args.slice(1, -1)), dialog);
  });

  api.patch.instead("PluginSettings", (...args) => {
    const [props, next] = [args[0], args[args.length - 1]];
    const stock = next(...args.slice(0, -1)); // always called: it runs hooks
    if (!props || props.pluginID !== ns.ID || !React.isValidElement(stock)) return stock;
    const { children } = /** @type {{children?: Shown}} */ (stock.props);
    return React.cloneElement(stock, {}, h(ns.SettingsPanel, { key: KEY, stock: children }));
  });
})(window.StashSense);
