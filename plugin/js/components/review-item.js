// A scene or picture on the review page, beside the people in it who wait.
(function (ns) {
  "use strict";
  const h = ns.h;

  /** What else there is in it: "1 person decided, 2 without a sure name". @param {ReviewItem} item */
  function rest({ decided, unsure }) {
    return [decided ? `${ns.format.plural(decided, "person", "people")} decided` : "", unsure ? `${unsure} without a sure name` : ""].filter(Boolean).join(", ");
  }

  /** @param {{item: ReviewItem, detail: PlaceDetail | null | undefined, title: string}} props */
  function Head({ item, detail, title }) {
    const { Link } = window.PluginApi.libraries.ReactRouterDOM;
    const kind = item.scene_id ? "scene" : "picture";
    const picture = h("span", { className: "ss-review__picture" }, detail && detail.picture
      ? h("img", { className: "ss-review__image", src: detail.picture, alt: "", loading: "lazy" })
      : h(ns.Icon, { name: item.scene_id ? "faFilm" : "faImage" }));
    const facts = [detail && detail.date, detail && detail.studio && detail.studio.name].filter(Boolean).join(" · ");
    return h("div", { className: "ss-review__head" },
      detail === null ? picture : h(Link, { to: ns.placeAt(item), tabIndex: -1, "aria-hidden": true, title: `Opens the ${kind}` }, picture),
      h("div", { className: "ss-review__words" },
        h("h3", { className: "h5 ss-review__title" }, detail === null ? title : h(ns.PlaceLink, { place: item, title: `Opens the ${kind}` }, title)),
        facts && h("div", { className: "ss-review__facts text-muted" }, facts),
        detail === null && h("div", { className: "ss-review__facts text-danger" }, `This ${kind} is not in Stash any more.`),
        rest(item) && h("div", { className: "ss-review__facts text-muted" }, rest(item))));
  }

  ns.ReviewItem = function ReviewItem({ item, rows, detail, here, stop, model, locked, ...common }) {
    const title = ns.review.title(item, detail);
    return h("section", { className: "ss-review__item", "aria-label": title },
      h(Head, { item, detail, title }),
      h("div", { className: "ss-review__people" }, rows.map((row) => h(ns.ReviewPerson, {
        key: row.track, row, title, kind: item.scene_id ? "scene" : "image", model, locked: locked || detail === null,
        here: row.track === here, stop: row.track === stop, picked: model.selected.includes(row.track), ...common,
      }))));
  };
})(window.StashSense);
