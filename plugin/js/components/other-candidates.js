// Who else it might be, folded away.
(function (ns) {
  "use strict";
  const h = ns.h;
  const React = window.PluginApi.React;

  ns.OtherCandidates = function OtherCandidates({ candidates, kind, locked, onPick }) {
    const { Button } = window.PluginApi.libraries.Bootstrap;
    const [open, setOpen] = React.useState(false);
    const origin = ns.useOrigin(candidates);
    if (!candidates.length) return null;
    const first = candidates[0];
    return h("div", { className: "ss-others" },
      h("button", { type: "button", className: "ss-fold btn btn-link", "aria-expanded": open, onClick: () => setOpen(!open) },
        h(ns.Icon, { name: open ? "faChevronDown" : "faChevronRight" }),
        h("span", null, ns.format.plural(candidates.length, "other candidate"),
          !open && h("span", { className: "text-muted" }, `: ${first.name} ${ns.format.percent(first.probability)}${candidates.length > 1 ? ", …" : ""}`))),
      open && h("ul", { className: "ss-others__list list-unstyled" }, candidates.map((candidate) =>
        h("li", { key: candidate.person_id, className: "ss-other" },
          h(ns.Crop, { source: candidate.crop, alt: `Reference of ${candidate.name}`, small: true }),
          h(ns.PersonName, { name: candidate.name, extra: candidate.disambiguation, performerId: candidate.performer_id, origin: origin(candidate) }),
          h("span", { className: "ss-other__share" }, ns.format.percent(candidate.probability)),
          h(Button, {
            size: "sm", variant: "secondary", disabled: locked, onClick: () => onPick(candidate),
            title: ns.format.adds(candidate, origin(candidate), kind), "aria-label": `This is ${candidate.name}: add`,
          }, "Add")))));
  };
})(window.StashSense);
