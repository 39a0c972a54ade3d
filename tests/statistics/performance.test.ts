import { expect, test } from "vitest";
import type { Outcomes } from "#core/domain/outcomes.ts";
import type { RealisedPerformance } from "#core/domain/performance.ts";
import { metricsOf } from "#core/domain/performance-metrics.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { labelDelay, measurePerformance } from "#core/performance.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf, type QualityCase } from "./quality-cases.ts";
import { oracleNames } from "./oracle-names.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

type Case = QualityCase & { expected: Record<string, OracleNumber | null> };
const rounding: Tolerance = { relative: 1e-9, absolute: 1e-14 };

function outcomes(
  task: "binary" | "regression",
  labels: Float64Array,
  predicted: Float64Array,
  scores: Float64Array | null = null,
): Outcomes {
  return {
    ...{ task, labels, predicted, rows: labels.length },
    classes: task === "binary" ? ["false", "true"] : [],
    scores: scores ?? new Float64Array(),
    scoresPerRow: scores === null ? 0 : 1,
    delaysMs: new Float64Array(labels.length).fill(NaN),
  };
}

const measure = (kernel: Kernel, of: Outcomes, costs?: number[][]): RealisedPerformance =>
  measurePerformance(kernel, of, { costs, quantile: 0.5 });

test.each(kernels)("the $name kernel's realised performance is what scikit-learn finds", (kernel) => {
  for (const [task, file] of [
    ["binary", "binary_quality"],
    ["regression", "regression_quality"],
  ] as const) {
    const comparison = new Comparison(file);
    const cases = present ? readOracle<{ cases: Case[] }>(file).cases : [];
    for (const each of cases) {
      const { id, expected } = each;
      const scores = task === "binary" ? columnOf(each, "score") : null;
      const of = outcomes(task, columnOf(each, "y_true"), columnOf(each, "y_pred"), scores);
      const { metrics, confusion } = measure(kernel, of);
      if (confusion)
        expect(confusion.flat(), id).toEqual(["tn", "fp", "fn", "tp"].map((cell) => expected[cell]));
      for (const [theirs, ours] of Object.entries(oracleNames[task])) {
        const [value, wanted] = [metrics[ours] ?? null, expected[theirs]];
        // Null means the same on both sides: not defined. scikit-learn calls a correlation with one class 0.
        const oneClass = ours === "mcc" && value === null;
        if (wanted === null || wanted === undefined || oneClass) expect(value, `${id} ${ours}`).toBeNull();
        else comparison.check(`${id} ${ours}`, value?.value ?? NaN, toNumber(wanted), rounding);
      }
    }
    comparison.finish(kernel.name);
  }
});

const rows = (scores: number[], predicted: number[], labels: number[]): Outcomes =>
  outcomes("binary", Float64Array.from(labels), Float64Array.from(predicted), Float64Array.from(scores));

test.each(kernels)("the $name kernel's metrics have intervals of known methods", (kernel) => {
  const of = rows([0.9, 0.8, 0.4, 0.7, 0.3, 0.2], [1, 1, 0, 1, 0, 0], [1, 1, 1, 0, 0, 0]);
  const { confusion, metrics, roc, calibration } = measure(kernel, of);
  expect(confusion).toEqual([
    [2, 1],
    [1, 2],
  ]);
  // Wilson for 4 of 6, worked out from the formula.
  expect(metrics.accuracy?.low).toBeCloseTo(0.29999335, 7);
  expect(metrics.accuracy?.high).toBeCloseTo(0.90322859, 7);
  // DeLong's error is √2/9 here (performance-properties.test.ts), on the scale of log odds.
  const half = (kernel.normalPpf(0.975) * Math.SQRT2) / 9 / ((8 / 9) * (1 / 9));
  expect(metrics.rocAuc?.low).toBeCloseTo(1 / (1 + Math.exp(half) / 8), 12);
  expect(metrics.rocAuc?.high).toBeCloseTo(1 / (1 + Math.exp(-half) / 8), 12);
  // Trapezia under the points are the area.
  const area = roc!.reduce((sum, { falsePositiveRate: x, truePositiveRate: y }, i) => {
    const before = roc![Math.max(0, i - 1)];
    return sum + ((x - before.falsePositiveRate) * (y + before.truePositiveRate)) / 2;
  }, 0);
  expect(area).toBeCloseTo(metrics.rocAuc!.value, 12);
  expect(calibration?.map(({ rows }) => rows)).toEqual([0, 0, 1, 1, 1, 0, 0, 1, 1, 1]);
});

test.each(kernels)("the $name kernel weighs decisions by their costs", (kernel) => {
  const of = rows([0.9, 0.8, 0.4, 0.7], [1, 1, 0, 1], [1, 1, 1, 0]);
  const { value, metrics } = measure(kernel, of, [
    [0, -5],
    [-2, 10],
  ]);
  expect(value).toBe(10 + 10 - 2 - 5);
  expect(metrics.businessValue?.value).toBe(13 / 4);
  // Student's error of 10, 10, −2 and −5.
  expect(metrics.businessValue?.standardError).toBeCloseTo(Math.sqrt(186.75 / 3 / 4), 12);
  expect(measure(kernel, of).metrics.businessValue).toBeUndefined();
});

test.each(kernels)("the $name kernel's metrics without rows, classes or scores are null", (kernel) => {
  const none = measure(kernel, rows([], [], []));
  for (const metric of Object.values(none.metrics)) expect(metric).toBeNull();
  expect([none.roc, none.calibration]).toEqual([null, null]);
  const one = measure(kernel, rows([0.9], [1], [1])).metrics;
  expect(one.rocAuc).toBeNull();
  expect(one.brier).toMatchObject({ low: null, high: null, standardError: null });
  const unscored = measure(kernel, rows([NaN, NaN], [1, 0], [1, 0])).metrics;
  expect(unscored.accuracy?.value).toBe(1);
  for (const { name, needs } of metricsOf("binary"))
    if (needs === "scores") expect(unscored[name], name).toBeNull();
  const scored = measure(kernel, rows([0.2, NaN, 0.7], [0, 1, 1], [0, 1, 1])).metrics;
  expect(scored.rocAuc?.value).toBe(1);
  expect(scored.rocAuc?.low).toBe(rocAuc(kernel, Float64Array.of(0.2, 0.7), [0, 1]).low);
});

test("labels' delays are order statistics of those that are known", () => {
  expect(labelDelay({ delaysMs: Float64Array.of(NaN, NaN) })).toBeNull();
  expect(labelDelay({ delaysMs: Float64Array.of(30, NaN, 10, 20, 40) })).toEqual({ medianMs: 20, p90Ms: 40 });
});
