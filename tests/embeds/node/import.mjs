// On a server: importing does nothing and throws nothing, and the class is there to be named.
import assert from "node:assert/strict";

const before = Object.keys(globalThis).sort();
const { GrokkingLab, setBase } = await import("grokking-lab");
assert.equal(typeof GrokkingLab, "function");
assert.equal(typeof setBase, "function");
assert.ok(Object.hasOwn(GrokkingLab.prototype, "p"));
assert.deepEqual(Object.keys(globalThis).sort(), before);
// Nothing is asked for, and nothing keeps the process alive.
