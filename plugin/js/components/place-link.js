// A scene or picture by its number, as a link that leads there; of a scene perhaps to an instant.
(function (ns) {
  "use strict";

  ns.PlaceLink = function PlaceLink({ place, seconds, className, title, children }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const at = seconds === null || seconds === undefined ? "" : `?t=${Math.floor(seconds)}`;
    const to = place.scene_id ? `/scenes/${encodeURIComponent(place.scene_id)}${at}` : `/images/${encodeURIComponent(place.image_id || "")}`;
    return ns.h(Link, { to, className, title }, children || ns.format.place(place));
  };
})(window.StashSense);
