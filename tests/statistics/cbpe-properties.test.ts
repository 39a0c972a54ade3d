import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import {
  confidenceBand,
  type EstimatedBinary,
  estimateBinary,
} from "#core/methods/estimation/cbpe-binary.ts";
import { calibrationCounts, fitIsotonic, isotonicAt } from "#core/methods/estimation/isotonic.ts";
import {
  type DecisionCells,
  decisionCellsOf,
  mergeDecisions,
} from "#core/methods/estimation/decision-cells.ts";
import { kernels } from "./comparison.ts";

type Row = [score: number, one: number];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 20),
  fc.integer({ min: 0, max: 1 }),
);
const rows = fc.array(row, { minLength: 1, maxLength: 40 });

const cellsOf = (kernel: Kernel, from: Row[]): DecisionCells =>
  decisionCellsOf(
    kernel,
    Float64Array.from(from, ([score]) => score),
    from.map(([, one]) => one),
  );
const mapOf = (kernel: Kernel, from: Row[]) =>
  fitIsotonic(
    calibrationCounts(
      kernel,
      Float64Array.from(from, ([score]) => score),
      from.map(([, one]) => one),
    ),
  );

/** The same counts in cells of `width` neighbouring twentieths. */
function coarse({ lowest, zeros, ones }: DecisionCells, width: number): DecisionCells {
  const cells = Math.ceil(21 / width);
  const made: DecisionCells = {
    lowest: Float64Array.from({ length: cells }, (_, cell) => (cell * width) / 20),
    highest: Float64Array.from({ length: cells }, (_, cell) => (cell * width + width - 1) / 20),
    zeros: new Float64Array(cells),
    ones: new Float64Array(cells),
  };
  lowest.forEach((score, at) => {
    const cell = Math.floor(Math.round(score * 20) / width);
    made.zeros[cell] += zeros[at];
    made.ones[cell] += ones[at];
  });
  return made;
}

const shares = ["accuracy", "precision", "recall", "specificity", "f1"] as const;
const metrics = [...shares, "rocAuc"] as const;
const everything = (found: EstimatedBinary) =>
  [...metrics.map((metric) => found[metric]), ...Object.values(found.confusion)].map(
    ({ statistic, low, high }) => [low, statistic, high],
  );

describe.each(kernels)("CBPE, by the $name kernel", (kernel) => {
  it("adds up over rows: sums of calibrated probabilities", () => {
    fc.assert(
      fc.property(rows, rows, (reference, window) => {
        const map = mapOf(kernel, reference);
        const found = estimateBinary(cellsOf(kernel, window), map);
        const sum = (one: number, of: (c: number) => number): number =>
          window
            .filter(([, decided]) => decided === one)
            .reduce((total, [score]) => total + of(isotonicAt(map, score)), 0);
        const { tp, fp, fn, tn } = found.confusion;
        expect(tp.statistic).toBeCloseTo(
          sum(1, (c) => c),
          9,
        );
        expect(fp.statistic).toBeCloseTo(
          sum(1, (c) => 1 - c),
          9,
        );
        expect(fn.statistic).toBeCloseTo(
          sum(0, (c) => c),
          9,
        );
        expect(tn.statistic).toBeCloseTo(
          sum(0, (c) => 1 - c),
          9,
        );
        let [ordered, positives] = [0, 0];
        for (const [a] of window) {
          positives += isotonicAt(map, a);
          for (const [b] of window)
            ordered += isotonicAt(map, a) * (1 - isotonicAt(map, b)) * (a > b ? 1 : a === b ? 0.5 : 0);
        }
        const pairs = positives * (window.length - positives);
        if (pairs > 1e-9) expect(found.rocAuc.statistic).toBeCloseTo(ordered / pairs, 9);
      }),
    );
  });

  it("is the same from merged counts, and from rows in any order", () => {
    fc.assert(
      fc.property(rows, rows, rows, (reference, a, b) => {
        const map = mapOf(kernel, reference);
        const whole = everything(estimateBinary(cellsOf(kernel, [...a, ...b]), map));
        const [left, right] = [cellsOf(kernel, a), cellsOf(kernel, b)];
        expect(everything(estimateBinary(mergeDecisions(left, right), map))).toEqual(whole);
        expect(everything(estimateBinary(mergeDecisions(right, left), map))).toEqual(whole);
        expect(everything(estimateBinary(cellsOf(kernel, [...b, ...a].reverse()), map))).toEqual(whole);
      }),
    );
  });

  it("is bounded for certain by what cells of several scores can hold", () => {
    fc.assert(
      fc.property(rows, rows, fc.integer({ min: 1, max: 6 }), (reference, window, width) => {
        const map = mapOf(kernel, reference);
        const exact = cellsOf(kernel, window);
        const [truth, found] = [estimateBinary(exact, map), estimateBinary(coarse(exact, width), map)];
        for (const metric of shares) {
          const { statistic, low, high } = found[metric];
          const value = truth[metric].statistic;
          if (Number.isNaN(value) || low === null || high === null) continue;
          expect(value).toBeGreaterThanOrEqual(low - 1e-12);
          expect(value).toBeLessThanOrEqual(high + 1e-12);
          expect(statistic).toBeGreaterThanOrEqual(low - 1e-12);
          expect(statistic).toBeLessThanOrEqual(high + 1e-12);
        }
        if (width === 1) expect(everything(found)).toEqual(everything(truth));
      }),
    );
  });

  it("has no answer where there is none", () => {
    const none = estimateBinary(cellsOf(kernel, []), null);
    expect(none.rows).toBe(0);
    for (const metric of metrics) expect(none[metric].statistic).toBeNaN();
    const noMap = estimateBinary(cellsOf(kernel, [[0.5, 1]]), mapOf(kernel, []));
    for (const metric of metrics) expect(noMap[metric].statistic).toBeNaN();
    expect(confidenceBand(NaN, 1)).toEqual({ lower: null, upper: null });
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 1e308, -1e308, 5e-324, 0.3, 0.7, 2);
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 8 }), (pairs) => {
        const cells = cellsOf(kernel, pairs);
        const found = estimateBinary(cells, null);
        const impossible = cells.lowest.some((score) => score < 0 || score > 1);
        for (const metric of metrics) {
          const value = found[metric].statistic;
          if (!Number.isNaN(value)) expect(value >= -1e-12 && value <= 1 + 1e-12).toBe(true);
        }
        if (impossible || found.rows === 0) expect(found.accuracy.statistic).toBeNaN();
      }),
      { numRuns: 1000 },
    );
    expect(() => mergeDecisions(coarse(cellsOf(kernel, []), 2), coarse(cellsOf(kernel, []), 3))).toThrow(
      RangeError,
    );
  });
});
