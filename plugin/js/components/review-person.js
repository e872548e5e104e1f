// A person on the review page: the card of the scene page, with a box to tick, and a place where the keyboard can be.
(function (ns) {
  "use strict";
  const h = ns.h;

  ns.ReviewPerson = function ReviewPerson({ row, title, here, stop, picked, locked, hint, onHere, onPick, ...card }) {
    const label = ns.review.label(row, title);
    return h("div", {
      className: `ss-review__person${here ? " ss-review__person--here" : ""}`, role: "group", tabIndex: here || stop ? 0 : -1,
      "aria-label": label, "aria-describedby": hint, "data-track": row.track, onFocus: () => onHere(row.track),
    },
    h("input", {
      type: "checkbox", className: "ss-review__tick", checked: picked, disabled: locked || !row.waits, onChange: () => onPick(row.track),
      "aria-label": `Select ${label}`, title: "Select, to decide about several at once",
    }),
    h(ns.PersonCard, { person: row.person, seek: null, locked, ...card }));
  };
})(window.StashSense);
