"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { format } = require("./load.js")("namespace.js", "format.js");

test("times read like the player's clock", () => {
  assert.equal(format.time(0), "0:00");
  assert.equal(format.time(12.9), "0:12");
  assert.equal(format.time(95), "1:35");
  assert.equal(format.time(3723), "1:02:03");
  assert.equal(format.time(-1), "0:00");
});

test("a stretch of one second is one time", () => {
  assert.equal(format.span([12, 95.2]), "0:12–1:35");
  assert.equal(format.span([12.1, 12.8]), "0:12");
});

test("per cent are whole and never rounded up to certainty", () => {
  assert.equal(format.percent(0.974), "97 %");
  assert.equal(format.percent(0.999), "99 %");
  assert.equal(format.percent(1), "100 %");
  assert.equal(format.percent(-0.2), "0 %");
});

test("plurals, with a comma in thousands", () => {
  assert.equal(format.plural(1, "face"), "1 face");
  assert.equal(format.plural(0, "face"), "0 faces");
  assert.equal(format.plural(1650, "person", "people"), "1,650 people");
});

test("instants near now are told as a distance", () => {
  const now = new Date("2026-01-31T12:00:00Z");
  assert.equal(format.when("2026-01-31T11:59:40Z", now), "just now");
  assert.equal(format.when("2026-01-31T11:59:00Z", now), "1 minute ago");
  assert.equal(format.when("2026-01-31T09:00:00Z", now), "3 hours ago");
  assert.match(format.when("2026-01-20T09:00:00Z", now), /20 Jan 2026/);
  assert.equal(format.when(null, now), "");
  assert.equal(format.when("nonsense", now), "");
});

test("the heading counts people and frames, or names the picture", () => {
  const people = [{}, {}, {}];
  assert.equal(format.summary({ people, sampled: { frames: 40 } }), "3 people in 40 frames");
  assert.equal(format.summary({ people: [{}], sampled: { frames: 1 }, image_id: "5" }), "1 person in this picture");
  assert.equal(format.summary({ people: [{}], sampled: null }), "1 person");
});

test("a track shows the accepted person, else the suggested one, else nobody", () => {
  const [one, two] = [{ person_id: "performer:1", probability: 0.9 }, { person_id: "performer:2", probability: 0.3 }];
  const named = (verdict, candidates, person = null) => format.named({ verdict, candidates, person });
  assert.equal(named("suggested", [one, two]), one);
  assert.equal(named("suggested", []), null);
  assert.equal(named("unknown", [one]), null);
  assert.equal(named("rejected", [two]), null);
  assert.equal(named("accepted", [one, two], { person_id: "performer:2", name: "B" }).probability, 0.3);
  assert.equal(named("accepted", [one], { person_id: "performer:3", name: "C" }).probability, undefined);
  assert.equal(named("accepted", [one]), one);
});

test("words become a sentence", () => {
  assert.equal(format.sentence("you said so"), "You said so.");
  assert.equal(format.sentence("Done!"), "Done!");
  assert.equal(format.sentence(""), "");
});

test("each reason is given once", () => {
  assert.equal(format.reasons([{ why: "blurred" }, { why: "small" }, { why: "blurred" }, { why: "" }]), "blurred; small");
});

test("runs in words", () => {
  assert.equal(format.runTitle("identify_new"), "Identify new scenes");
  assert.equal(format.runTitle("process_queue"), "Process queue");
  assert.equal(format.runResult({ state: "finished", done: 120, total: 120, failed: 2 }), "120 of 120, 2 failed");
  assert.equal(format.runResult({ state: "running", done: 3, total: 9, failed: 0 }), "running, 3 of 9");
  assert.equal(format.runResult({ state: "failed", done: 0, total: 0, failed: 0 }), "failed");
});

test("numbers outside the bounds are refused with the range", () => {
  const setting = { bounds: [10, 200] };
  assert.equal(format.numberProblem(setting, "10"), null);
  assert.equal(format.numberProblem(setting, " 200 "), null);
  for (const wrong of ["9", "201", "40.5", "-10", "", "1e2", "x"]) assert.equal(format.numberProblem(setting, wrong), "Give a whole number from 10 to 200.");
});

test("errors become one sentence", () => {
  assert.match(format.explain(new Error('exec: "python": executable file not found in $PATH')), /^Stash could not start Python\./);
  assert.match(format.explain(new Error("exit status 1")), /^Stash Sense stopped unexpectedly \(exit status 1\)\./);
  assert.match(format.explain(new TypeError("Failed to fetch")), /^Stash does not answer\./);
  assert.equal(format.explain(new Error("The scene is gone.")), "The scene is gone.");
  assert.match(format.explain(null), /^Something went wrong/);
});

test("a sentence that names a task gives its remedy", () => {
  assert.equal(format.fixFor("Run the task “Set up or repair”."), "set_up");
  assert.equal(format.fixFor("Run “update gallery” first."), "update_gallery");
  assert.equal(format.fixFor("The file is not a video."), null);
});

test("only pictures inside the answer are shown", () => {
  assert.equal(format.safeImage("data:image/jpeg;base64,AAAA"), "data:image/jpeg;base64,AAAA");
  for (const source of ["https://elsewhere.test/x.jpg", "/scene/1/screenshot", "data:image/svg+xml;base64,AAAA", "data:text/html,x", "javascript:alert(1)", "", null]) assert.equal(format.safeImage(source), null);
});

test("a server is called by its host", () => {
  assert.equal(format.host("https://stashdb.org/graphql"), "stashdb.org");
  assert.equal(format.host("http://127.0.0.1:9998/graphql"), "127.0.0.1:9998");
  assert.equal(format.host("odd"), "odd");
});

test("runs of tasks that Stash's own page does not list have a title", () => {
  assert.equal(format.runTitle("build_gallery"), "Learn faces from stash-boxes");
  assert.equal(format.runTitle("identify_images"), "Identify images");
});

test("a run that counted nothing is finished, not 0 of 1", () => {
  assert.equal(format.runResult({ state: "finished", done: 0, total: 1, failed: 0 }), "finished");
  assert.equal(format.runResult({ state: "failed", done: 0, total: 1, failed: 0 }), "failed, 0 of 1");
});

test("a few names in a row", () => {
  assert.equal(format.among([]), null);
  assert.equal(format.among(["A"]), "A");
  assert.equal(format.among(["A", "B"]), "A and B");
  assert.equal(format.among(["A", "B", "C", "D"]), "A, B and 2 more");
});

test("sizes", () => {
  assert.equal(format.bytes(38928942), "39 MB");
  assert.equal(format.bytes(1), "1 MB");
  assert.equal(format.bytes(1.26e9), "1.3 GB");
});

test("an accepted stranger is the performer that was made of them", () => {
  const candidate = { person_id: "box:a:1", performer_id: null, probability: 0.9 };
  const person = { verdict: "accepted", candidates: [candidate], person: { person_id: "box:a:1", performer_id: "7" } };
  assert.deepEqual({ ...format.named(person) }, { person_id: "box:a:1", performer_id: "7", probability: 0.9 });
});

test("a place is a scene or a picture", () => {
  assert.equal(format.place({ scene_id: "12" }), "scene 12");
  assert.equal(format.place({ scene_id: null, image_id: "3" }), "picture 3");
});
