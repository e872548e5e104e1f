"use strict";
const assert = require("node:assert/strict");
const test = require("node:test");
const { knownBy } = require("./load.js")("namespace.js", "format.js", "entry/performer-faces.js");

const known = (counts) => knownBy({ references: 0, elsewhere: 0, set_aside: 0, ...counts });

test("whoever is known by nothing is said to be", () => {
  assert.equal(known({}), "no reference");
  assert.equal(known({ set_aside: 1200 }), "no reference, 1,200 set aside");
});

test("references of the library and faces of galleries are told apart", () => {
  assert.equal(known({ references: 1 }), "1 reference");
  assert.equal(known({ elsewhere: 1 }), "1 face from galleries");
  assert.equal(known({ references: 1200, elsewhere: 12, set_aside: 2 }), "1,200 references, 12 faces from galleries, 2 set aside");
});
