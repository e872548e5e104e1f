// All settings with ranges and help, in place of Stash's own list, which takes any whole number and knows no defaults.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const STORED_ELSEWHERE = ["model_pack", "accept_licence", "review_from", "auto_accept"]; // by the cards above

  ns.SettingsForm = function SettingsForm({ stock, pack, taken, onSaved }) {
    const { plugins, savePluginSettings } = window.PluginApi.hooks.useSettings();
    /** @type {Answered<SettingValue[]>} */
    const { answer: settings, error, load, put } = ns.useAnswer({ mode: "settings" }, []);
    const alive = ns.useAlive();
    const known = React.useRef(/** @type {Record<string, unknown>} */ ({}));
    const shown = React.useRef({ pack, taken });
    known.current = plugins[ns.ID] || {};

    /** What the cards above have stored and the page's own copy does not say yet. @param {SettingValue[]} fresh @returns {Record<string, unknown>} */
    const elsewhere = (fresh) => Object.fromEntries(
      fresh.filter((one) => STORED_ELSEWHERE.includes(one.key) && one.value !== (known.current[one.key] ?? one.default)).map((one) => [one.key, one.value]));

    // A pack was set up or a proposal taken above, which changes settings behind the page's back: read them again, and hand them to the page's own copy.
    React.useEffect(() => {
      const before = shown.current;
      shown.current = { pack, taken };
      const packs = pack && before.pack && pack !== before.pack;
      if (!packs && taken === before.taken) return;
      load().then((fresh) => {
        const changed = elsewhere(fresh || []);
        if (!Object.keys(changed).length) return;
        known.current = { ...known.current, ...changed };
        savePluginSettings(ns.ID, known.current);
      });
    }, [pack, taken]);

    /** Returns what was wrong, else null. @param {string} key @param {boolean | number | string} value */
    const save = async (key, value) => {
      try {
        const fresh = /** @type {SettingValue[]} */ (await ns.api.operation({ mode: "settings", values: { [key]: value } }));
        if (!alive.current) return null;
        put(() => fresh);
        onSaved();
        // The page writes every plugin's settings from its own copy, read once: without this the next change of any plugin would bring our old values back.
        known.current = { ...known.current, ...elsewhere(fresh), [key]: value };
        savePluginSettings(ns.ID, known.current);
        return null;
      } catch (problem) {
        return ns.format.explain(problem);
      }
    };

    // Where our own answer is not to be had, Stash's inputs are better than none.
    if (error && !settings) return h("div", { className: "ss-stock" }, stock);
    return settings ? h(React.Fragment, null, settings.map((setting) => h(ns.SettingRow, { key: setting.key, setting, onSave: save }))) : null;
  };
})(window.StashSense);
