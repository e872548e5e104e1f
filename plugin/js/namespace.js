// First of our files: the one global, the plugin's id, and the tasks of stash-sense.yml (a test holds the two together).
(function () {
  "use strict";

  /** @type {TaskInfo[]} */
  const TASKS = [
    { mode: "set_up", name: "Set up or repair", description: "Installs what Stash Sense needs into its data folder and checks every part. Run this first." },
    {
      mode: "set_up_pack",
      name: "Set up model pack",
      description: "Downloads the model pack chosen in the settings and tries it out; its licence has to be accepted there where it asks for that.",
    },
    { mode: "update_gallery", name: "Update gallery", description: "Learns the faces of your performers from their images and from pictures showing one performer." },
    { mode: "build_gallery", name: "Learn faces from stash-boxes", description: "Learns the faces of your performers from the stash-boxes you hold keys for, through their stash ids. Of the pictures it keeps one small crop per person." },
    { mode: "validate_sites", name: "Check reference sites", description: "Tries the reference sites of the settings on people whose faces are known; only a site that passes is used." },
    { mode: "identify_new", name: "Identify new scenes", description: "Says who is in the scenes that have not been analysed yet." },
    { mode: "rematch", name: "Re-match all scenes", description: "Compares everything already analysed with the present gallery, without decoding a frame." },
    { mode: "self_test", name: "Self-test", description: "Tries every part, looks at a few of your scenes without storing or tagging anything, and says how long the library will take." },
    { mode: "calibrate", name: "Calibrate on my library", description: "Compares stated probabilities with the performers you have tagged and adjusts them to your library; proposes settings, decodes nothing." },
    { mode: "find_suggestions", name: "Look for suggestions", description: "Looks through the library for what may want putting right, such as double performers or people without a name; reads only what has changed, writes nothing to Stash." },
    {
      mode: "remove_tags",
      name: "Remove all Stash Sense tags",
      description: "Takes every tag of Stash Sense off your scenes and images and deletes the tags themselves.",
      ask: "Take every Stash Sense tag off your scenes and images and delete the tags? Performers that you added stay.",
    },
  ];

  const ns = /** @type {StashSenseNamespace} */ ({ ID: "stash-sense", TASKS, h: window.PluginApi.React.createElement });

  ns.task = function task(mode) {
    const found = TASKS.find((one) => one.mode === mode);
    if (!found) throw new Error(`There is no task ${mode}.`);
    return found;
  };

  window.StashSense = ns;
})();
