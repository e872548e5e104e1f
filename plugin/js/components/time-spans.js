// When somebody is seen: each stretch is a button that plays from there.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;
  const SHOWN = 4; // as many as fit on two lines of the scene page's column

  ns.TimeSpans = function TimeSpans({ person, seek }) {
    const [all, setAll] = React.useState(false);
    /** @type {[number, number][]} */
    const spans = person.segments.length || person.best_time_s === null ? person.segments : [[person.best_time_s, person.best_time_s]];
    if (!spans.length) return null;
    const shown = all ? spans : spans.slice(0, SHOWN);
    return h("span", { className: "ss-times" },
      shown.map((segment) => {
        const text = ns.format.span(segment);
        const from = ns.format.time(segment[0]);
        return seek
          ? h("button", { key: text, type: "button", className: "ss-time btn btn-link", onClick: () => seek(segment[0]), title: `Play from ${from}`, "aria-label": `Play from ${from}, seen ${text}` }, text)
          : h("span", { key: text, className: "ss-time" }, text);
      }),
      spans.length > shown.length && h("button", {
        type: "button", className: "ss-time btn btn-link", onClick: () => setAll(true), title: "Show every time this person is seen",
      }, `+${spans.length - shown.length} more`));
  };
})(window.StashSense);
