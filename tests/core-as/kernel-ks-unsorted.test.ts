/** Exact KS of unsorted samples: to the last bit what sorting gives, whatever the samples look like. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#core/twin/twin.ts";
import { fewValued, lognormals, normals, paretos } from "../../bench/data.ts";
import { kernel } from "./kernels.ts";
import { roughValues } from "./seeded.ts";

const sorted = (r: Float64Array, c: Float64Array): number =>
  kernel.ksSamples(kernel.sortFinite(r), kernel.sortFinite(c));

function expectSame(r: Float64Array, c: Float64Array): void {
  expect(kernel.ksUnsorted(r, c)).toBe(sorted(r, c));
  expect(kernel.ksUnsorted(r, c)).toBe(twin.ksUnsorted(r, c));
}

const cauchys = (size: number, seed: number): Float64Array => {
  const below = normals(size, seed + 1000);
  return normals(size, seed).map((x, i) => x / below[i]);
};
const shapes: Record<string, (size: number, seed: number) => Float64Array> = {
  ...{ normals, lognormals, paretos, fewValued, cauchys },
  "whole numbers": (size, seed) => normals(size, seed).map((x) => Math.round(3 * x)),
  "one value": (size) => new Float64Array(size).fill(-7.25),
  "both zeros": (size, seed) => normals(size, seed).map((x) => (x > 0 ? 0 : -0)),
  denormals: (size, seed) => normals(size, seed).map((x) => Math.round(20 * x) * 5e-324),
  "the whole range of a double": (size, seed) => normals(size, seed).map((x) => Math.sign(x) * 1.7e308),
  "two far lumps": (size, seed) => normals(size, seed).map((x, i) => (i % 2 ? x : x + 1e12)),
  "neighbouring doubles": (size, seed) => normals(size, seed).map((x) => 1 + Math.round(9 * x) * 2 ** -52),
};

describe("the KS statistic of unsorted samples", () => {
  it.each(Object.keys(shapes))("of %s is what sorting gives, drifted or not", (name) => {
    const shape = shapes[name];
    for (const [n, m] of [
      [300, 257],
      [5000, 4999],
      [20_001, 6000],
    ]) {
      const [r, c] = [shape(n, 1), shape(m, 2)];
      for (const change of [(x: number) => x, (x: number) => 1.05 * x, (x: number) => x + 0.3]) {
        const moved = c.map(change);
        expectSame(r, moved);
        expectSame(moved, r);
      }
    }
    expectSame(shape(200_000, 3), shape(150_000, 4));
  });

  it("leaves out what is not finite, at every length and offset", () => {
    const whole = roughValues(1400, 81);
    const other = normals(1300, 82);
    for (let length = 0; length <= 1000; length++) {
      const offset = length % 7;
      expectSame(whole.subarray(offset, offset + length), other.subarray(3, 3 + ((length * 5) % 1200)));
    }
  });

  it("of samples that are nothing but missing is no number", () => {
    const [none, some] = [new Float64Array(600).fill(NaN), normals(600, 1)];
    for (const [r, c] of [
      [none, some],
      [some, none],
      [none, none],
      [new Float64Array(), some],
    ])
      expect(kernel.ksUnsorted(r, c)).toBeNaN();
  });

  it("does not depend on the order of rows, and is 0 for a sample against itself", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 256, max: 3000 }), (seed, size) => {
        const [r, c] = [normals(size, seed), lognormals(size + 17, seed + 1)];
        expect(kernel.ksUnsorted(r.slice().reverse(), c)).toBe(kernel.ksUnsorted(r, c));
        expect(kernel.ksUnsorted(r, r.slice().reverse())).toBe(0);
      }),
      { numRuns: 50 },
    );
  });
});
