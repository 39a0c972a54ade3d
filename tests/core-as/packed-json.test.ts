import fc from "fast-check";
import { expect, it } from "vitest";
import { isPackedJson, readPackedJson, WireError, writePackedJson } from "#core/domain/wire.ts";

/** Long lists of anything a number can be, at any depth, beside texts that look like what stands for a list. */
const list = fc.array(fc.oneof(fc.double({ noNaN: true }), fc.integer(), fc.constant(-0)), { maxLength: 20 });
const text = fc.oneof(fc.string(), fc.constantFrom("\u00008", "__proto__", "\\u0000"));
const json = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    list,
    text,
    fc.double(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc.dictionary(text, tie("value"), { maxKeys: 5 }),
  ),
})).value;

it("gives the same text back, or does not take it", () => {
  fc.assert(
    fc.property(json, (value) => {
      const given = JSON.stringify(value);
      const bytes = writePackedJson(given);
      if (bytes !== null) expect(JSON.stringify(readPackedJson(bytes))).toBe(given);
    }),
    { numRuns: 2000 },
  );
});

it("takes what a reference is made of, in half the bytes, to the last bit", () => {
  const numbers = Array.from({ length: 500 }, (_, i) => Math.sqrt(i + 0.5) * 10 ** ((i % 40) - 20));
  const given = JSON.stringify({
    cells: { edges: numbers, single: numbers.map(() => 0) },
    missing: 3,
    "": [],
  });
  const bytes = writePackedJson(given);
  if (bytes === null) throw new Error("it is not taken");
  expect(isPackedJson(bytes)).toBe(true);
  expect(bytes.length).toBeLessThan(given.length / 2);
  expect(readPackedJson(bytes)).toEqual(JSON.parse(given));
});

it("takes no text that is written otherwise than it would be again", () => {
  for (const given of ['{"a": [0.5,1,2,3,4,5,6,7]}', "[0.50,1,2,3,4,5,6,7]", '["\\u00008",0.5]', "[1e400]"])
    expect(writePackedJson(given)).toBe(null);
  expect(isPackedJson(new TextEncoder().encode('{"a":1}'))).toBe(false);
});

it("refuses bytes that are cut off or have more or fewer numbers than they say", () => {
  const bytes = writePackedJson(JSON.stringify([1.5, 2, 3, 4, 5, 6, 7, 8]));
  if (bytes === null) throw new Error("it is not taken");
  for (let length = 0; length < bytes.length; length++)
    expect(() => readPackedJson(bytes.subarray(0, length))).toThrow(WireError);
  // What stands for the list ends with its length.
  const at = bytes.indexOf("8".charCodeAt(0));
  for (const other of ["7", "9"]) {
    const wrong = bytes.slice();
    wrong[at] = other.charCodeAt(0);
    expect(() => readPackedJson(wrong)).toThrow(WireError);
  }
});
