/** Moments and cells in one pass: the counts exactly, the moments to twelve digits. */
import { describe, expect, it } from "vitest";
import type { Moments } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { lognormals, normals } from "../../bench/data.ts";
import { kernel } from "./kernels.ts";
import { roughValues, seededEdges } from "./seeded.ts";

const { max, sqrt, abs } = Math;

function expectProfile(values: Float64Array, edges: Float64Array): void {
  const [found, expected] = [kernel.profile(values, edges), twin.profile(values, edges)];
  expect(found.cells).toEqual(expected.cells);
  for (const key of ["count", "missing", "negInf", "posInf", "min", "max"] as const)
    expect(found[key]).toBe(expected[key]);
  if (expected.count === 0) {
    expect([found.mean, found.variance]).toEqual([NaN, NaN]);
    return;
  }
  if (found.variance === expected.variance && found.mean === expected.mean) return;
  // A mean is known to the rounding of its values, whose size the spread and the mean itself tell.
  const size = ({ mean, variance }: Moments): number => max(abs(mean), sqrt(variance), 1e-300);
  expect(abs(found.mean - expected.mean) / size(expected)).toBeLessThan(1e-13);
  expect(abs(found.variance - expected.variance)).toBeLessThanOrEqual(
    1e-12 * expected.variance + 4 * (2 ** -52 * size(expected)) ** 2,
  );
}

describe("a profile in one pass", () => {
  const edges = seededEdges(60, 5);

  it("is moments and counts at every length and offset", () => {
    const rough = roughValues(1100, 6).map((x) => (Math.abs(x) > 1e100 ? NaN : x));
    const bell = normals(1100, 7);
    for (let length = 0; length <= 1000; length++)
      for (const values of [rough, bell]) {
        const offset = length % 7;
        expectProfile(values.subarray(offset, offset + length), edges.subarray(0, length % 61));
      }
  });

  it("keeps its digits with large offsets, skew, constants and many blocks", () => {
    const bell = normals(100_003, 8);
    const shapes = [
      bell,
      bell.map((x) => 1e9 + x),
      bell.map((x) => 1e9 + 1e-3 * x),
      bell.map((x, i) => (i < 50_000 ? x : 1e6 + x)),
      lognormals(100_003, 9, 3),
      bell.map((x, i) => (i % 3 ? x : NaN)),
      bell.map(() => 0.1),
      bell.map(() => NaN),
    ];
    for (const values of shapes) expectProfile(values, edges);
  });

  it("takes values whose squares leave the range of a double", () => {
    expectProfile(
      normals(5000, 10).map((x) => 1e300 * x),
      edges,
    );
  });
});
