// Puts the browser-free files of the panel into a bare window and returns their namespace.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const FOLDER = path.join(__dirname, "..", "..", "plugin", "js");

/** @param {...string} files below plugin/js, in order @returns {any} window.StashSense */
module.exports = function load(...files) {
  const window = { PluginApi: { React: { createElement: () => null } } };
  for (const file of files) vm.runInNewContext(fs.readFileSync(path.join(FOLDER, file), "utf-8"), { window, Date, Number, String, Math, Set });
  return window.StashSense;
};
