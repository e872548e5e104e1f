"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const ns = require("./load.js")("namespace.js", "format.js", "review.js", "keys.js");
const { review } = ns;
const plain = (value) => JSON.parse(JSON.stringify(value)); // out of the other realm

const person = (track, changes) => ({ track_id: track, verdict: "suggested", decision_id: null, candidates: [{ person_id: "performer:4", name: "Jane Doe", disambiguation: null, probability: 0.97 }], ...changes });
const list = { total: 128, people: 301, page: 2, per_page: 24, from: 0.8, performers: [], items: [{ scene_id: "12", people: [person("1"), person("2")] }, { image_id: "3", people: [person("3")] }] };

test("the address says what is asked for", () => {
  assert.deepEqual(plain(review.args({})), { page: 1, per_page: 24 });
  assert.deepEqual(plain(review.args({ page: "3", min: "80", performer: "4", kind: "image", studio: "2", sort: "unsure" })), {
    page: 3, per_page: 24, min_probability: 0.8, performer_id: "4", kind: "image", studio_id: "2", sort: "unsure",
  });
  assert.equal(review.args({ performer: "box:stashdb.org:u1" }).person_id, "box:stashdb.org:u1");
});

test("nonsense in the address is left out", () => {
  for (const query of [{ page: "-2" }, { page: "x" }, { min: "0" }, { min: "101" }, { min: "abc" }, { kind: "gallery" }, { studio: "1 or 1" }, { sort: "name" }])
    assert.deepEqual(plain(review.args(query)), { page: 1, per_page: 24 }, JSON.stringify(query));
});

test("everybody in the list is decided about with the bound that the list has", () => {
  assert.deepEqual(plain(review.where({ page: "2", performer: "4", sort: "newest" }, list)), { performer_id: "4", min_probability: 0.8 });
});

test("who is decided on this page does not wait, also if the next best is suggested", () => {
  assert.equal(review.waits(person("1"), undefined), true);
  assert.equal(review.waits(person("1", { decision_id: "9" }), { text: "Not Jane Doe.", decisionId: "9" }), false);
  assert.equal(review.waits(person("1"), { text: "Undone.", decisionId: null }), true);
  assert.equal(review.waits(person("1", { verdict: "accepted" }), undefined), false);
});

test("rows show people as they are now, and scenes are settled when nobody waits in them", () => {
  const rows = review.rows(list, { 3: person("3", { verdict: "accepted", decision_id: "9" }) }, {});
  assert.deepEqual(plain(rows.map((row) => [row.track, row.waits])), [["1", true], ["2", true], ["3", false]]);
  assert.equal(review.settled(rows), 1);
  assert.equal(review.settled(review.rows(list, {}, {})), 0);
});

test("after decisions the way on is the same page, because the following ones have moved up", () => {
  assert.equal(review.onward(list, 0), 3);
  assert.equal(review.onward(list, 2), 2);
  assert.equal(review.onward({ ...list, page: 6 }, 0), 6);
  assert.equal(review.onward({ ...list, page: 6 }, 8), 5);
  assert.equal(review.onward({ ...list, page: 1, total: 2 }, 2), 1);
});

test("the count names what is counted", () => {
  assert.equal(review.counted(301, 128, "scene"), "301 people to review in 128 scenes");
  assert.equal(review.counted(1, 1, "image"), "1 person to review in 1 picture");
  assert.equal(review.counted(2, 1, undefined), "2 people to review in 1 scene or picture");
  assert.equal(review.counted(3000, 1200, undefined), "3,000 people to review in 1,200 scenes and pictures");
});

test("a scene is called by its title, else by its number", () => {
  assert.equal(review.title({ scene_id: "12" }, { title: "A clip" }), "A clip");
  assert.equal(review.title({ image_id: "3" }, { title: "" }), "Picture 3");
  assert.equal(review.title({ scene_id: "12" }, null), "Scene 12");
});

test("a row is called by the person, the probability or what was decided, and the place", () => {
  const row = (changed, notes) => review.rows(list, changed, notes)[0];
  assert.equal(review.label(row({}, {}), "A clip"), "Jane Doe, 97 %, in A clip");
  const accepted = person("1", { verdict: "accepted", decision_id: "9", person: { person_id: "performer:5", name: "Anna", disambiguation: "the second" } });
  assert.equal(review.label(row({ 1: accepted }, {}), "A clip"), "Anna (the second), added, in A clip");
  assert.equal(review.label(row({ 1: person("1", { verdict: "rejected", decision_id: "9", candidates: [] }) }, {}), "A clip"), "Jane Doe, ruled out, in A clip");
  assert.equal(review.label(row({ 1: person("1", { verdict: "unknown", candidates: [] }) }, {}), "A clip"), "Jane Doe, not suggested any more, in A clip");
});

test("steps go to the neighbour that fits and stop at the ends", () => {
  const rows = review.rows(list, { 2: person("2", { verdict: "accepted" }) }, {});
  const to = (...args) => (review.step(rows, ...args) || { track: null }).track;
  assert.equal(to("1", 1), "2");
  assert.equal(to("1", 1, (row) => row.waits), "3");
  assert.equal(to("3", 1), null);
  assert.equal(to("3", -1), "2");
  assert.equal(to("1", -1), null);
  assert.equal(to("gone", -1), null);
});

test("keys mean something on the list only", () => {
  const target = (kind, inside = "") => ({ matches: (selector) => !!kind && selector.includes(kind), closest: (selector) => (!!inside && selector.includes(inside) ? {} : null) });
  const row = target(".ss-review__person");
  const press = (key, changes, at) => ns.keyAction({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, repeat: false, isComposing: false, ...changes }, at === undefined ? row : at);
  assert.deepEqual(["j", "k", "a", "x", "u", "s", " ", "Enter", "?", "J"].map((key) => press(key)), ["next", "previous", "accept", "reject", "undo", "select", "select", "open", "help", "next"]);
  for (const held of ["ctrlKey", "altKey", "metaKey", "shiftKey", "isComposing"]) assert.equal(press("a", { [held]: true }), null);
  assert.equal(press("?", { shiftKey: true }), "help");
  assert.equal(press("a", { repeat: true }), null);
  assert.equal(press("j", { repeat: true }), "next");
  assert.equal(press("a", {}, target("textarea")), null);
  assert.equal(press("a", {}, target("", ".modal")), null);
  assert.equal(press("a", {}, target("", ".dropdown-menu")), null);
  for (const key of [" ", "Enter"]) assert.equal(press(key, {}, target("button")), null);
  assert.equal(press("Enter", {}, null), null);
  for (const key of ["b", "Tab", "ArrowDown", "toString", "constructor"]) assert.equal(press(key), null);
});
