// One setting with its own input, range, help and way back to the default.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  /** @param {SettingValue} setting */
  function hint(setting) {
    const range = setting.bounds ? `${setting.bounds[0]} to ${setting.bounds[1]}, ` : "";
    const value = setting.kind === "BOOLEAN" ? (setting.default ? "on" : "off") : setting.default === "" ? "empty" : setting.default;
    return `${setting.help} (${range}default: ${value})`;
  }

  ns.SettingRow = function SettingRow({ setting, onSave }) {
    const { Button, Form } = window.PluginApi.libraries.Bootstrap;
    const { Setting } = window.PluginApi.components;
    const [text, setText] = React.useState(String(setting.value));
    const [words, setWords] = React.useState({ text: "", bad: false });
    React.useEffect(() => setText(String(setting.value)), [setting.value]);
    const id = `stash-sense-${setting.key}`;

    /** @param {boolean | number | string} value */
    const save = async (value) => {
      setWords({ text: "", bad: false });
      const problem = await onSave(setting.key, value);
      setWords(problem ? { text: problem, bad: true } : { text: "Saved", bad: false });
    };
    const commit = () => {
      if (text === String(setting.value)) return setWords({ text: "", bad: false });
      if (setting.kind !== "NUMBER") return void save(text.trim());
      const problem = ns.format.numberProblem(setting, text);
      return problem ? setWords({ text: problem, bad: true }) : void save(Number(text));
    };
    const common = { id, "aria-label": setting.title, "aria-describedby": `${id}-words`, isInvalid: words.bad };
    const typed = {
      ...common,
      className: `text-input ss-setting__field${setting.kind === "NUMBER" ? " ss-setting__field--short" : ""}`,
      value: text,
      onChange: (/** @type {React.ChangeEvent<HTMLInputElement>} */ event) => setText(event.target.value),
      onBlur: commit,
      onKeyDown: (/** @type {React.KeyboardEvent} */ event) => event.key === "Enter" && commit(),
    };

    /** @returns {Shown} */
    function input() {
      if (setting.kind === "BOOLEAN") return h(Form.Check, { ...common, type: "switch", label: "", checked: !!setting.value, onChange: () => save(!setting.value) });
      if (setting.choices.length) return h(Form.Control, { ...common, as: "select", className: "btn-secondary ss-setting__field ss-setting__field--short", value: text, onChange: (/** @type {React.ChangeEvent<HTMLSelectElement>} */ event) => save(event.target.value) },
        setting.choices.map((choice) => h("option", { key: choice, value: choice }, choice)));
      if (setting.kind === "NUMBER") return h(Form.Control, { ...typed, type: "number", step: 1, min: setting.bounds ? setting.bounds[0] : 0, max: setting.bounds ? setting.bounds[1] : undefined });
      return h(Form.Control, { ...typed, type: "text" });
    }

    const changed = setting.value !== setting.default;
    return h(Setting, { heading: setting.title, subHeading: hint(setting), className: "ss-setting" },
      h("div", { className: "ss-setting__input" }, input(),
        h(Button, {
          size: "sm", variant: "secondary", className: "minimal ss-setting__reset", disabled: !changed, onClick: () => save(setting.default),
          title: "Back to the default", "aria-label": `${setting.title}: back to the default`,
        }, h(ns.Icon, { name: "faRotateLeft" }))),
      h("div", { id: `${id}-words`, className: `ss-setting__words ${words.bad ? "text-danger" : "text-muted"}`, role: "status" }, words.text));
  };
})(window.StashSense);
