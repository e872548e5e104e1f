// What Stash calls scenes and images and how they look: the operations leave that out, which keeps them short.
(function (ns) {
  "use strict";
  const React = window.PluginApi.React;

  /** @param {Place} place */
  ns.placeKey = (place) => (place.scene_id ? `scene:${place.scene_id}` : `image:${place.image_id}`);

  /**
   * By ns.placeKey: null for what Stash has no more; nothing of a place while Stash has not answered, or if it does not: the numbers do as well.
   * @param {Place[]} places
   * @returns {Record<string, PlaceDetail | null>}
   */
  ns.usePlaces = function usePlaces(places) {
    const [details, setDetails] = React.useState(/** @type {Record<string, PlaceDetail | null>} */ ({}));
    const wanted = Object.values(Object.fromEntries(places.map((place) => [ns.placeKey(place), place])));
    React.useEffect(() => {
      let alive = true;
      if (wanted.length) ns.api.places(wanted).then((found) => alive && setDetails((before) => ({ ...before, ...found })), () => undefined);
      return () => {
        alive = false;
      };
    }, [wanted.map(ns.placeKey).join()]);
    return details;
  };
})(window.StashSense);
