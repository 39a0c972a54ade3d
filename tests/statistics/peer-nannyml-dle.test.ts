/** Losses estimated without labels: near NannyML's, whose trees are LightGBM's, and near the truth where nothing drifted. */
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import { chunksBySize } from "#core/methods/chunking/by-rows.ts";
import {
  dleMetrics,
  type DleModel,
  estimateDle,
  learnDle,
  mergeDleEstimates,
} from "#core/methods/estimation/dle.ts";
import { noConceptDrift } from "#core/methods/estimation/no-concept-drift.ts";
import { fitBoostedTrees, predictBoosted } from "#core/methods/estimation/gradient-boosting.ts";
import { bellValues, seededUniform } from "../core-as/seeded.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf } from "./peer-tables.ts";
import { present, readPeer, readTable } from "./reference-data.ts";

const features = [
  "car_age",
  "km_driven",
  "price_new",
  "accident_count",
  "door_count",
  "fuel",
  "transmission",
];
/** Two different learners of the same loss: ours differs from LightGBM by 3 % at most (msle of the drifted half). */
const near: Tolerance = { relative: 0.05 };

function part(name: string): {
  columns: Map<string, Column>;
  labels: Float64Array;
  predictions: Float64Array;
} {
  const table = readTable(`car_price_${name}`);
  const numbers = (column: string): Float64Array => Float64Array.from(table.get(column) ?? [], Number);
  return {
    columns: new Map(features.map((feature) => [feature, columnOf(table.get(feature) ?? [])])),
    labels: name === "reference" ? numbers("y_true") : new Float64Array(),
    predictions: numbers("y_pred"),
  };
}

const slice = (column: Column, start: number, end: number): Column =>
  column.kind === "numeric"
    ? { kind: "numeric", values: column.values.slice(start, end) }
    : { ...column, codes: column.codes.slice(start, end) };

describe.each(kernels.slice(0, 1))("losses estimated without labels, with the $name kernel", (kernel) => {
  it("come near those that NannyML's tests expect", { timeout: 120_000 }, () => {
    const comparison = new Comparison("tests_dle_regression (peer)");
    if (present) {
      const reference = part("reference");
      const model = learnDle(kernel, reference.columns, reference.labels, reference.predictions);
      const stored = JSON.parse(JSON.stringify(model)) as DleModel;
      const monitored = part("monitored");
      // Every chunk consists of whole thousands of rows: each is estimated once.
      const thousands = chunksBySize({ rows: monitored.predictions.length }, 1000).chunks.map(
        ({ start, end }) =>
          estimateDle(
            stored,
            new Map([...monitored.columns].map(([name, column]) => [name, slice(column, start, end)])),
            monitored.predictions.slice(start, end),
          ),
      );
      type Expected = Record<string, number[] | string[]> & { key: string[] };
      const { cases } = readPeer<{
        cases: { values: [{ chunk_size?: number; chunk_number?: number }, Expected][] }[];
      }>("tests_dle_regression");
      for (const [options, expected] of cases[0].values) {
        if ("chunk_period" in options) continue; // calendar chunks are chunking.test.ts's business
        const rows = monitored.predictions.length;
        const size = options.chunk_size ?? Math.floor(rows / (options.chunk_number ?? 10));
        chunksBySize({ rows }, size).chunks.forEach(({ start, end, key }, i) => {
          const found = thousands.slice(start / 1000, end / 1000).reduce(mergeDleEstimates);
          expect(expected.key[i]).toBe(key);
          expect(found.assumption).toBe(noConceptDrift);
          for (const loss of ["mae", "mape", "mse", "rmse", "msle", "rmsle"] as const)
            comparison.check(`${key} ${loss}`, found[loss], expected[`estimated_${loss}`][i] as number, near);
        });
      }
    }
    comparison.finish(kernel.name);
  });

  it("follow a loss that depends on a feature, on a category and on the prediction", () => {
    const uniform = seededUniform(3);
    const make = (rows: number, wide: number) => {
      const x = Float64Array.from({ length: rows }, () => uniform());
      const codes = Int32Array.from({ length: rows }, () => (uniform() < wide ? 1 : 0));
      const labels = Float64Array.from({ length: rows }, () => 100 + 10 * uniform());
      const noise = bellValues(rows, rows);
      const predictions = labels.map(
        (label, i) => label + noise[i] * (1 + 4 * x[i]) * (codes[i] === 1 ? 3 : 1),
      );
      const columns = new Map<string, Column>([
        ["x", { kind: "numeric", values: x }],
        ["kind", { kind: "categorical", codes, dictionary: ["calm", "wild"] }],
      ]);
      const mae = predictions.reduce((sum, p, i) => sum + Math.abs(p - labels[i]), 0) / rows;
      return { columns, labels, predictions, mae };
    };
    const reference = make(8000, 0.2);
    const model = learnDle(kernel, reference.columns, reference.labels, reference.predictions);
    const wilder = make(4000, 0.7);
    const found = estimateDle(model, wilder.columns, wilder.predictions);
    expect(wilder.mae).toBeGreaterThan(1.4 * reference.mae);
    expect(Math.abs(found.mae / wilder.mae - 1)).toBeLessThan(0.05);
    expect(estimateDle(model, wilder.columns, wilder.predictions)).toEqual(found);
    const part = (start: number, end: number) =>
      estimateDle(
        model,
        new Map([...wilder.columns].map(([name, column]) => [name, slice(column, start, end)])),
        wilder.predictions.slice(start, end),
      );
    const [one, other, none] = [part(0, 1500), part(1500, 4000), part(0, 0)];
    expect(mergeDleEstimates(one, other)).toEqual(mergeDleEstimates(other, one));
    expect(mergeDleEstimates(none, one)).toEqual(one);
    const merged = mergeDleEstimates(one, other);
    expect(merged.rows).toBe(4000);
    for (const metric of dleMetrics) {
      expect(merged[metric]).toBeCloseTo(found[metric], 9);
      expect(merged.standardErrors[metric]).toBeCloseTo(found.standardErrors[metric], 12);
    }
    // Rows of the reference's kind stray about as far as it says.
    const strayed = Array.from({ length: 40 }, (_, i) => make(180 + i, 0.2).mae - reference.mae);
    const spread = Math.sqrt(strayed.reduce((sum, gap) => sum + gap * gap, 0) / 40);
    const { standardErrors } = estimateDle(
      model,
      new Map([...reference.columns].map(([name, column]) => [name, slice(column, 0, 200)])),
      reference.predictions.slice(0, 200),
    );
    expect(spread / standardErrors.mae).toBeGreaterThan(0.6);
    expect(spread / standardErrors.mae).toBeLessThan(1.5);
  });

  it("have no answer where there is none", () => {
    const none = learnDle(kernel, new Map(), new Float64Array(), new Float64Array());
    expect(estimateDle(none, new Map(), Float64Array.of(1)).mae).toBeNaN();
    const one: Map<string, Column> = new Map([
      ["x", { kind: "numeric", values: Float64Array.of(1, NaN, Infinity) }],
    ]);
    const model = learnDle(kernel, one, Float64Array.of(0, -3, NaN), Float64Array.of(1, 1, 1));
    const found = estimateDle(model, one, Float64Array.of(1, NaN, 2));
    expect(found).toMatchObject({ rows: 2, mae: 2.5, msle: NaN, rmsle: NaN });
    // A label of 0 has no percentage: the other one's is 4/3.
    expect(found.mape).toBeCloseTo(4 / 3, 12);
    expect(() => learnDle(kernel, one, Float64Array.of(0, 1), Float64Array.of(1, 1, 1))).toThrow(RangeError);
    const close = learnDle(kernel, one, Float64Array.of(0.1, 0.2, 0.3), Float64Array.of(1, 1, 1));
    expect(estimateDle(close, one, Float64Array.of(1, 1, 1)).msle).toBeGreaterThan(0);
    expect(estimateDle(close, one, Float64Array.of(1, 1, -0.5)).msle).toBeNaN();
    const negative = learnDle(kernel, one, Float64Array.of(0.1, -0.2, 0.3), Float64Array.of(1, 1, 1));
    expect(estimateDle(negative, one, Float64Array.of(1, 1, 1)).msle).toBeNaN();
    expect(() => estimateDle(model, new Map(), Float64Array.of(1))).toThrow(RangeError);
  });
});

describe("boosted trees", () => {
  it("learn a step to the digit, send missing values where they belong, and stop when nothing is left", () => {
    const x = Float64Array.from({ length: 400 }, (_, i) => (i % 10 === 0 ? NaN : i));
    const y = x.map((value) => (Number.isNaN(value) ? -7 : value < 200 ? 1 : 5));
    const model = fitBoostedTrees([x], y, { trees: 300 });
    predictBoosted(model, [x]).forEach((value, i) => expect(value).toBeCloseTo(y[i], 6));
    expect(fitBoostedTrees([x], new Float64Array(400).fill(2)).trees).toEqual([]);
    expect(fitBoostedTrees([x.slice(0, 5)], y.slice(0, 5)).trees).toEqual([]);
    expect(() => fitBoostedTrees([x], y.slice(1))).toThrow(RangeError);
  });
});
