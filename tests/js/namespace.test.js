"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const ns = require("./load.js")("namespace.js");

test("a task is found by its mode, an unknown one is an error", () => {
  assert.equal(ns.task("set_up").name, "Set up or repair");
  assert.throws(() => ns.task("nothing"), /There is no task nothing\./);
});

test("only the task that takes something away asks first", () => {
  assert.deepEqual([...ns.TASKS].filter((task) => task.ask).map((task) => task.mode), ["remove_tags"]);
});
