/** Cells laid out from a sketch, and sketches counted into cells: the sample behind the sketch is the judge. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cellCount } from "#core/domain/reference-cells.ts";
import { highestOf, keyOf } from "#core/methods/sketches/float-bits.ts";
import { emptySketch, finiteCount, sketchOf } from "#core/methods/sketches/quantile-sketch.ts";
import { cellsFromSketch, countSketch } from "#core/methods/sketches/sketch-reference.ts";
import { numericCells } from "#core/reference/numeric-cells.ts";
import { awkward, bellValues } from "../core-as/seeded.ts";
import { kernels } from "./comparison.ts";

const value = fc.oneof(
  fc.double(),
  fc.constantFrom(...awkward, -Number.MAX_VALUE),
  fc.integer({ min: -9, max: 9 }),
  fc.double({ min: -5, max: 5, noNaN: true }),
);
const sample = fc.array(value, { maxLength: 80 }).map((values) => Float64Array.from(values));
const precision = fc.integer({ min: 0, max: 10 });
const edges = fc
  .uniqueArray(fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -5, max: 5, noNaN: true })), {
    maxLength: 20,
  })
  .map((values) => Float64Array.from(new Set(values.map((x) => (x === 0 ? 0 : x)))).sort());

describe.each(kernels)("a reference from a sketch on the $name", (kernel) => {
  it("has cells into which the sketch and the values count alike, exactly", () => {
    fc.assert(
      fc.property(sample, sample, precision, fc.integer({ min: 1, max: 30 }), (values, later, p, bins) => {
        const sketch = sketchOf(kernel, values, p);
        if (finiteCount(sketch) === 0) return;
        const cells = cellsFromSketch(sketch, bins);
        const cuts = Float64Array.from(cells.edges);
        expect(cells.edges.every((edge, i) => i === 0 || cells.edges[i - 1] < edge)).toBe(true);
        expect(cells.edges.every(Number.isFinite)).toBe(true);
        expect(cells.single.length).toBe(cellCount(cells));
        expect(cells.widths.length).toBe(cells.edges.length);
        expect(cells.widths.every((width) => width >= 0)).toBe(true);
        for (const each of [values, later]) {
          const { low, high, ...counts } = countSketch(sketchOf(kernel, each, p), cuts);
          expect(counts).toEqual(kernel.countEdges(each, cuts));
          expect([low, high]).toEqual([counts.cells, counts.cells]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("has the edges of the sample, each moved to the end of its sketch cell", () => {
    const values = bellValues(4000, 12);
    const fromSample = numericCells(kernel.sortFinite(values), 120);
    const fromSketch = cellsFromSketch(sketchOf(kernel, values, 10), 120);
    if (fromSample.kind !== "quantile") throw new Error("continuous values have quantile cells");
    expect(fromSketch.edges).toEqual(fromSample.edges.map((edge) => highestOf(keyOf(edge, 10), 10)));
    expect(fromSketch.single).toEqual(fromSample.single);
    expect(fromSketch.deciles).toEqual(fromSample.deciles);
    fromSketch.widths.forEach((width, i) => expect(width).toBeCloseTo(fromSample.widths[i], 2));
  });

  it("gives many zeros a cell of their own", () => {
    const values = bellValues(1000, 13).map((x, i) => (i % 2 === 0 ? 0 : x));
    const cells = cellsFromSketch(sketchOf(kernel, values), 20);
    const zero = cells.edges.indexOf(0);
    expect(cells.edges[zero - 1]).toBe(-Number.MIN_VALUE);
    expect(cells.single[zero]).toBe(1);
    expect(cells.single.filter((flag) => flag === 1)).toHaveLength(1);
    expect(kernel.countEdges(values, Float64Array.from(cells.edges)).cells[zero]).toBe(500);
  });

  it("bounds what the sample had in cells that were laid out otherwise", () => {
    fc.assert(
      fc.property(sample, precision, edges, (values, p, cuts) => {
        const exact = kernel.countEdges(values, cuts);
        const { cells, low, high, ...apart } = countSketch(sketchOf(kernel, values, p), cuts);
        const { missing, negInf, posInf } = exact;
        expect(apart).toEqual({ unseen: 0, missing, negInf, posInf });
        exact.cells.forEach((count, i) => {
          expect(low[i]).toBeLessThanOrEqual(count);
          expect(high[i]).toBeGreaterThanOrEqual(count);
          expect(cells[i]).toBeGreaterThanOrEqual(low[i]);
          expect(cells[i]).toBeLessThanOrEqual(high[i]);
        });
        const sum = (counts: Float64Array): number => counts.reduce((total, count) => total + count, 0);
        expect(sum(cells)).toBe(sum(exact.cells));
      }),
      { numRuns: 400 },
    );
  });

  it("has none without values, and none without cells", () => {
    expect(() => cellsFromSketch(emptySketch(), 10)).toThrow(RangeError);
    expect(() => cellsFromSketch(sketchOf(kernel, Float64Array.of(NaN, Infinity)), 10)).toThrow(RangeError);
    expect(() => cellsFromSketch(sketchOf(kernel, Float64Array.of(1)), 0)).toThrow(RangeError);
    expect(cellsFromSketch(sketchOf(kernel, Float64Array.of(3)), 1).edges).toEqual([]);
    expect(countSketch(emptySketch(), new Float64Array(0)).cells).toEqual(Float64Array.of(0));
  });
});
