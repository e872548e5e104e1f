// One of Stash's own icons by its FontAwesome name; decorative unless it has a title.
(function (ns) {
  "use strict";

  ns.Icon = function Icon({ name, title }) {
    const { components, libraries } = window.PluginApi;
    const icon = libraries.FontAwesomeSolid[name];
    if (!components.Icon || !icon) return null;
    return ns.h(components.Icon, title ? { icon, title } : { icon, "aria-hidden": true });
  };
})(window.StashSense);
