/** The kernel's counting and merging of sketches against the twin: equal to the last count, whatever comes in. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { twin } from "#core/twin/twin.ts";
import { awkward, roughValues } from "./seeded.ts";

const kernel = nodeKernel();
const double = fc.oneof(fc.double(), fc.constantFrom(...awkward), fc.integer({ min: -40, max: 40 }));
const precision = fc.integer({ min: 0, max: 10 });

it("counts as the twin does, at every length and offset", () => {
  const values = roughValues(1003, 11);
  for (let length = 0; length <= 1000; length++) {
    const part = values.subarray(length % 3, (length % 3) + length);
    const p = length % 11;
    expect(kernel.sketchUpdate(part, p)).toEqual(twin.sketchUpdate(part, p));
  }
});

it("counts any doubles as the twin does", () => {
  fc.assert(
    fc.property(fc.array(double), fc.nat(3), precision, (values, offset, p) => {
      const part = Float64Array.from(values).subarray(offset);
      expect(kernel.sketchUpdate(part, p)).toEqual(twin.sketchUpdate(part, p));
    }),
    { numRuns: 2000 },
  );
});

it("merges as the twin does", () => {
  fc.assert(
    fc.property(fc.array(double), fc.array(double), precision, (first, second, p) => {
      const [a, b] = [first, second].map((values) => kernel.sketchUpdate(Float64Array.from(values), p));
      expect(kernel.sketchMerge(a, b)).toEqual(twin.sketchMerge(a, b));
    }),
    { numRuns: 1000 },
  );
});

it("lays out every octave of a double at once", () => {
  const values = new Float64Array(4 * 2046);
  for (let exponent = -1022; exponent < 1024; exponent++) {
    const at = 4 * (exponent + 1022);
    values.set([2 ** exponent, -(2 ** exponent), 1.3 * 2 ** exponent, -1.99 * 2 ** exponent], at);
  }
  for (const p of [0, 5, 10]) expect(kernel.sketchUpdate(values, p)).toEqual(twin.sketchUpdate(values, p));
});

it.each([kernel, twin])(
  "refuses a precision it has no room for and lists that do not fit ($name)",
  (each) => {
    for (const p of [-1, 11, 2.5, NaN])
      expect(() => each.sketchUpdate(new Float64Array(3), p)).toThrow(RangeError);
    const sketch = each.sketchUpdate(Float64Array.of(1, 2, 3), 5);
    const torn = { ...sketch, counts: sketch.counts.subarray(1) };
    expect(() => each.sketchMerge(torn, sketch)).toThrow(RangeError);
    expect(() => each.sketchMerge(sketch, torn)).toThrow(RangeError);
  },
);
