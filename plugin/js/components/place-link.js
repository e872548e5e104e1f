// A scene or picture by its number, as a link that leads there; of a scene perhaps to an instant.
(function (ns) {
  "use strict";

  ns.placeAt = function placeAt(place, seconds) {
    const at = seconds === null || seconds === undefined ? "" : `?t=${Math.floor(seconds)}`;
    return place.scene_id ? `/scenes/${encodeURIComponent(place.scene_id)}${at}` : `/images/${encodeURIComponent(place.image_id || "")}`;
  };

  ns.PlaceLink = function PlaceLink({ place, seconds, className, title, children }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    return ns.h(Link, { to: ns.placeAt(place, seconds), className, title }, children || ns.format.place(place));
  };
})(window.StashSense);
