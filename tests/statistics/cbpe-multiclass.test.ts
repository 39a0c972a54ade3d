/**
 * CBPE of several classes on the digits data. No oracle has it: the expected values come from a second way, written in
 * Python with NumPy alone (isotonic regression by the min-max formula, areas by all pairs of rows), once.
 */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { estimateBinary } from "#core/methods/estimation/cbpe-binary.ts";
import { noConceptDrift } from "#core/methods/estimation/no-concept-drift.ts";
import {
  type EstimatedMulticlass,
  estimateMulticlass,
  expectMulticlass,
  fitMulticlass,
  mergeExpectations,
  type MulticlassExpectation,
} from "#core/methods/estimation/cbpe-multiclass.ts";
import { decisionCellsOf, intoFixedCells } from "#core/methods/estimation/decision-cells.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present, readTable } from "./reference-data.ts";

const metrics = [
  "accuracy",
  "macroPrecision",
  "macroRecall",
  "macroSpecificity",
  "macroF1",
  "rocAuc",
] as const;

/** By part and rows, in the order of `metrics`, and the accuracy that came true. */
const secondWay: {
  part: "reference" | "monitored";
  start: number;
  end: number;
  values: number[];
  realised: number;
}[] = [
  {
    part: "reference",
    start: 0,
    end: 600,
    values: [
      0.8650853438811023, 0.865219655048657, 0.8591443140043602, 0.9850342093773893, 0.8590852030335292,
      0.9856793513022367,
    ],
    realised: 0.89,
  },
  {
    part: "monitored",
    start: 0,
    end: 300,
    values: [
      0.8663049516596318, 0.8723572045137183, 0.8634106710946515, 0.9850572907097354, 0.8642064238607434,
      0.9866706701692014,
    ],
    realised: 0.89,
  },
  {
    part: "monitored",
    start: 300,
    end: 597,
    values: [
      0.8335709534380916, 0.8363537224966299, 0.8425701682935923, 0.981482015781264, 0.8367503963279515,
      0.980818163222877,
    ],
    realised: 0.8282828282828283,
  },
];

function digits(part: string, start = 0, end = Infinity) {
  const table = readTable(`digits_${part}`);
  const column = (name: string): Float64Array =>
    Float64Array.from((table.get(name) ?? []).map(Number).slice(start, end));
  return {
    probabilities: Array.from({ length: 10 }, (_, k) => column(`proba_${k}`)),
    predicted: column("y_pred"),
    labels: column("y_true"),
  };
}

type Row = [p: number[], predicted: number, label: number];
const row: fc.Arbitrary<Row> = fc.tuple(
  fc.array(
    fc.integer({ min: 0, max: 20 }).map((twentieths) => twentieths / 20),
    { minLength: 3, maxLength: 3 },
  ),
  fc.integer({ min: 0, max: 2 }),
  fc.integer({ min: 0, max: 2 }),
);
const rows = fc.array(row, { minLength: 1, maxLength: 30 });
const columnsOf = (from: Row[]) => [0, 1, 2].map((k) => Float64Array.from(from, ([p]) => p[k]));

function expected(kernel: Kernel, reference: Row[], window: Row[]): MulticlassExpectation {
  const maps = fitMulticlass(
    kernel,
    columnsOf(reference),
    reference.map(([, , label]) => label),
  );
  return expectMulticlass(
    kernel,
    maps,
    columnsOf(window),
    window.map(([, predicted]) => predicted),
  );
}

const near = (a: EstimatedMulticlass, b: EstimatedMulticlass): void => {
  for (const metric of metrics)
    if (Number.isNaN(b[metric].statistic)) expect(a[metric].statistic).toBeNaN();
    else expect(a[metric].statistic).toBeCloseTo(b[metric].statistic, 10);
};

describe.each(kernels)("CBPE of several classes, by the $name kernel", (kernel) => {
  it("is what a second way finds on the digits, and not far from what came true", () => {
    const comparison = new Comparison("digits (a second way)");
    if (present) {
      const reference = digits("reference");
      const maps = fitMulticlass(kernel, reference.probabilities, reference.labels);
      for (const { part, start, end, values, realised } of secondWay) {
        const window = digits(part, start, end);
        const counted = expectMulticlass(kernel, maps, window.probabilities, window.predicted);
        const found = estimateMulticlass(counted);
        expect([found.rows, counted.unusable, found.assumption]).toEqual([end - start, 0, noConceptDrift]);
        metrics.forEach((metric, i) =>
          comparison.check(`${part} ${start} ${metric}`, found[metric].statistic, values[i], {
            relative: 1e-9,
          }),
        );
        expect(Math.abs(found.accuracy.statistic - realised)).toBeLessThan(0.04);
      }
    }
    comparison.finish(kernel.name);
  });

  it("merges, keeps every row, and the order of rows is irrelevant", () => {
    fc.assert(
      fc.property(rows, rows, rows, (reference, a, b) => {
        const whole = expected(kernel, reference, [...a, ...b]);
        const parts = [expected(kernel, reference, a), expected(kernel, reference, b)] as const;
        const merged = mergeExpectations(...parts);
        expect(merged).toEqual(mergeExpectations(parts[1], parts[0]));
        expect(merged.rows).toBe(a.length + b.length);
        expect(merged.confusion.reduce((sum, mass) => sum + mass, 0)).toBeCloseTo(merged.rows, 9);
        near(estimateMulticlass(merged), estimateMulticlass(whole));
        near(
          estimateMulticlass(expected(kernel, reference, [...b, ...a].reverse())),
          estimateMulticlass(whole),
        );
      }),
    );
  });

  it("fixed cells bound the area for certain, and change nothing else", () => {
    fc.assert(
      fc.property(rows, rows, (reference, window) => {
        const exact = expected(kernel, reference, window);
        const edges = Float64Array.of(0.12, 0.31, 0.62, 0.9);
        const coarse = { ...exact, masses: exact.masses.map((cells) => intoFixedCells(cells, edges)) };
        const [truth, found] = [estimateMulticlass(exact), estimateMulticlass(coarse)];
        expect(found.macroF1).toEqual(truth.macroF1);
        if (Number.isNaN(truth.rocAuc.statistic)) return;
        expect(found.rocAuc.low ?? NaN).toBeLessThanOrEqual(truth.rocAuc.statistic + 1e-12);
        expect(found.rocAuc.high ?? NaN).toBeGreaterThanOrEqual(truth.rocAuc.statistic - 1e-12);
      }),
    );
  });

  it("with two complementary classes is the binary estimate, averaged over both ways to look at it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 19 }), fc.nat(1)), { minLength: 1 }),
        (pairs) => {
          const scores = Float64Array.from(pairs, ([score]) => score / 20);
          const predicted = pairs.map(([, decision]) => decision);
          const binary = estimateBinary(decisionCellsOf(kernel, scores, predicted), null);
          const columns = [scores.map((score) => 1 - score), scores];
          const both = estimateMulticlass(expectMulticlass(kernel, [null, null], columns, predicted));
          expect(both.accuracy.statistic).toBeCloseTo(binary.accuracy.statistic, 10);
          expect(both.rocAuc.statistic).toBeCloseTo(binary.rocAuc.statistic, 10);
          expect(both.macroRecall.statistic).toBeCloseTo(
            (binary.recall.statistic + binary.specificity.statistic) / 2,
            10,
          );
        },
      ),
    );
  });

  it("leaves out rows that say nothing, and has no answer without rows", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 1e308, 5e-324, 0.3, 2);
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd, odd), { maxLength: 8 }), (cells) => {
        const columns = [Float64Array.from(cells, ([a]) => a), Float64Array.from(cells, ([, b]) => b)];
        const maps = fitMulticlass(
          kernel,
          columns,
          cells.map(([, , label]) => label),
        );
        for (const used of [maps, [null, null]]) {
          const counted = expectMulticlass(
            kernel,
            used,
            columns,
            cells.map(([, , j]) => j),
          );
          expect(counted.rows + counted.unusable).toBe(cells.length);
          const found = estimateMulticlass(counted);
          for (const metric of metrics) {
            const value = found[metric].statistic;
            if (counted.rows === 0) expect(value).toBeNaN();
            else if (!Number.isNaN(value)) expect(value >= 0 && value <= 1 + 1e-12).toBe(true);
          }
        }
      }),
      { numRuns: 500 },
    );
    expect(() => expectMulticlass(kernel, [null], [Float64Array.of(1)], [0])).toThrow(RangeError);
    expect(() =>
      expectMulticlass(kernel, [null, null], [Float64Array.of(1), Float64Array.of()], [0]),
    ).toThrow(RangeError);
    const cells = decisionCellsOf(kernel, Float64Array.of(0.2), [1]);
    expect(() => intoFixedCells({ ...cells, highest: Float64Array.of(0.9) }, Float64Array.of(0.5))).toThrow(
      RangeError,
    );
  });
});
