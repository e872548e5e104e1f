// The "Faces" tab of the scene page.
(function (ns) {
  "use strict";

  /** Plays from an instant through Stash's player; used where another plugin has dropped the page's own way. @param {number} seconds */
  function seekPlayer(seconds) {
    const utils = window.PluginApi.utils.InteractiveUtils;
    const player = utils && utils.getPlayer && utils.getPlayer();
    if (!player) return;
    player.currentTime(seconds);
    player.play();
  }

  ns.ScenePanel = function ScenePanel({ sceneId, seek, cast }) {
    return ns.h(ns.FacesPanel, { key: sceneId, kind: "scene", id: sceneId, seek: seek || seekPlayer, cast });
  };
})(window.StashSense);
