// How far stated probabilities hold, and what each bound costs: two small diagrams in the colour of the text.
(function (ns) {
  "use strict";
  const h = ns.h;
  const WIDTH = 250, HEIGHT = 205;
  const LEFT = 44, RIGHT = 10, TOP = 10, BOTTOM = 40; // room for the numbers and names of the axes

  /** A place in the picture for values between `low` and 1. @param {number} value @param {number} [low] */
  const across = (value, low = 0) => LEFT + ((value - low) / (1 - low)) * (WIDTH - LEFT - RIGHT);
  /** @param {number} value @param {number} [low] */
  const up = (value, low = 0) => HEIGHT - BOTTOM - ((value - low) / (1 - low)) * (HEIGHT - TOP - BOTTOM);

  /** Larger where more names stand behind it. @param {number} names */
  const radius = (names) => 2.2 + Math.min(2.4, Math.log10(Math.max(1, names)));

  /** Five marks from `low` to 1. @param {number} low */
  const marks = (low) => [0, 1, 2, 3, 4].map((step) => low + ((1 - low) * step) / 4);

  /** @param {number} share */
  const whole = (share) => String(Math.round(share * 100));

  /** @param {{title: string, x: string, y: string, low?: number, children?: Shown, caption: Shown}} props */
  function Plot({ title, x, y, low = 0, children, caption }) {
    return h("figure", { className: "ss-plot" },
      h("figcaption", { className: "ss-plot__title" }, title),
      h("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, className: "ss-plot__picture", role: "img", "aria-label": `${title}: ${y} against ${x}` },
        h("g", { stroke: "currentColor", strokeOpacity: 0.15 },
          marks(0).map((at) => h("line", { key: `x${at}`, x1: across(at), x2: across(at), y1: up(low, low), y2: up(1, low) })),
          marks(low).map((at) => h("line", { key: `y${at}`, x1: across(0), x2: across(1), y1: up(at, low), y2: up(at, low) }))),
        h("g", { fill: "currentColor", fillOpacity: 0.75, fontSize: 10 },
          marks(0).map((at) => h("text", { key: `x${at}`, x: across(at), y: HEIGHT - BOTTOM + 14, textAnchor: "middle" }, whole(at))),
          marks(low).map((at) => h("text", { key: `y${at}`, x: LEFT - 6, y: up(at, low) + 3.5, textAnchor: "end" }, whole(at))),
          h("text", { x: across(0.5), y: HEIGHT - 8, textAnchor: "middle" }, x),
          h("text", { x: 11, y: (TOP + HEIGHT - BOTTOM) / 2, textAnchor: "middle", transform: `rotate(-90 11 ${(TOP + HEIGHT - BOTTOM) / 2})` }, y)),
        children),
      h("div", { className: "ss-plot__caption text-muted" }, caption));
  }

  ns.ReliabilityPlot = function ReliabilityPlot({ before, after, adjusted }) {
    /** @param {ReliabilityBin} bin @param {boolean} now */
    const dot = (bin, now) => h("circle", {
      key: `${now} ${bin.stated}`, cx: across(bin.stated), cy: up(bin.right), r: radius(bin.names),
      fill: now ? "currentColor" : "none", stroke: "currentColor", strokeOpacity: now ? 1 : 0.6,
    }, h("title", null, `stated ${ns.format.percent(bin.stated)}: ${ns.format.percent(bin.right)} of ${ns.format.plural(bin.names, "name")} right`));
    return h(Plot, {
      title: "Does a stated probability hold?", x: "stated, %", y: "right, %",
      caption: adjusted ? "● now   ○ by the model pack alone. On the dashed line what is stated is true." : "On the dashed line what is stated is true.",
    },
    h("line", { x1: across(0), y1: up(0), x2: across(1), y2: up(1), stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4 4" }),
    adjusted && before.bins.map((bin) => dot(bin, false)),
    after.bins.map((bin) => dot(bin, true)));
  };

  ns.PrecisionPlot = function PrecisionPlot({ curve, wanted }) {
    if (!curve.length) return null;
    const least = Math.min(...curve.map((point) => point.precision), wanted - 0.05);
    const low = Math.min(0.8, Math.max(0, Math.floor(least * 5) / 5));
    const line = curve.map((point) => `${across(point.recall)},${up(point.precision, low)}`).join(" ");
    const named = curve.filter((point) => [0.25, 0.5, 0.9].includes(point.bound));
    return h(Plot, {
      title: "What does a bound cost?", x: "right names still shown, %", y: "shown names right, %", low,
      caption: `Each point is a bound from which names are shown. Dashed: the ${whole(wanted)} % wanted.`,
    },
    h("line", { x1: across(0), x2: across(1), y1: up(wanted, low), y2: up(wanted, low), stroke: "currentColor", strokeOpacity: 0.6, strokeDasharray: "4 4" }),
    h("polyline", { points: line, fill: "none", stroke: "currentColor", strokeWidth: 1.5 }),
    curve.map((point) => h("circle", { key: point.bound, cx: across(point.recall), cy: up(point.precision, low), r: named.includes(point) ? 3.5 : 2, fill: "currentColor" },
      h("title", null, `from ${ns.format.percent(point.bound)}: ${ns.format.percent(point.precision)} of ${ns.format.plural(point.names, "name")} right`))),
    named.map((point) => h("text", {
      key: `t${point.bound}`, x: across(point.recall) - 6, y: up(point.precision, low) + 12, textAnchor: "end", fontSize: 9, fill: "currentColor", fillOpacity: 0.75,
    }, `${whole(point.bound)} %`)));
  };
})(window.StashSense);
