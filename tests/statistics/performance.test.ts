import { expect, test } from "vitest";
import type { Estimate } from "#core/domain/api.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { binaryPerformance, type LabelledRows } from "#core/performance.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf, type QualityCase } from "./quality-cases.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

type Case = QualityCase & { expected: Record<string, OracleNumber | null> };

/** Their name, ours. Null means the same on both sides: not defined. */
const metrics = {
  accuracy: "accuracy",
  precision: "precision",
  recall: "recall",
  f1: "f1",
  roc_auc: "rocAuc",
  log_loss_eps_1e_15: "logLoss",
  brier: "brier",
  mean_score: "meanScore",
  base_rate: "baseRate",
} as const;
const rounding: Tolerance = { relative: 1e-12, absolute: 1e-15 };

test.each(kernels)("the $name kernel's realised performance is what scikit-learn finds", (kernel) => {
  const comparison = new Comparison("binary_quality");
  const cases = present ? readOracle<{ cases: Case[] }>("binary_quality").cases : [];
  for (const each of cases) {
    const { id, expected } = each;
    const measured = binaryPerformance(kernel, {
      labels: Uint8Array.from(columnOf(each, "y_true")),
      predicted: Uint8Array.from(columnOf(each, "y_pred")),
      scores: columnOf(each, "score"),
    });
    for (const cell of ["tp", "fp", "fn", "tn"] as const)
      comparison.check(`${id} ${cell}`, measured.confusion[cell], toNumber(expected[cell] ?? NaN), rounding);
    for (const [theirs, ours] of Object.entries(metrics)) {
      const value: Estimate | null = measured.metrics[ours];
      const wanted = expected[theirs];
      if (wanted === null || wanted === undefined) expect(value, `${id} ${ours}`).toBeNull();
      else comparison.check(`${id} ${ours}`, value?.value ?? NaN, toNumber(wanted), rounding);
    }
  }
  comparison.finish(kernel.name);
});

const rows = (scores: number[], predicted: number[], labels: number[]): LabelledRows => ({
  scores: Float64Array.from(scores),
  predicted: Uint8Array.from(predicted),
  labels: Uint8Array.from(labels),
});

test.each(kernels)("the $name kernel's metrics have intervals of known methods", (kernel) => {
  const { confusion, labelled, positives, metrics } = binaryPerformance(
    kernel,
    rows([0.9, 0.8, 0.4, 0.7, 0.3, 0.2], [1, 1, 0, 1, 0, 0], [1, 1, 1, 0, 0, 0]),
  );
  expect({ confusion, labelled, positives }).toEqual({
    confusion: { tp: 2, fp: 1, fn: 1, tn: 2 },
    labelled: 6,
    positives: 3,
  });
  // Wilson for 4 of 6, worked out from the formula.
  expect(metrics.accuracy?.low).toBeCloseTo(0.29999335, 7);
  expect(metrics.accuracy?.high).toBeCloseTo(0.90322859, 7);
  // DeLong's error is √2/9 here (performance-properties.test.ts), on the scale of log odds.
  const half = (kernel.normalPpf(0.975) * Math.SQRT2) / 9 / ((8 / 9) * (1 / 9));
  expect(metrics.rocAuc?.low).toBeCloseTo(1 / (1 + Math.exp(half) / 8), 12);
  expect(metrics.rocAuc?.high).toBeCloseTo(1 / (1 + Math.exp(-half) / 8), 12);
});

test.each(kernels)("the $name kernel's metrics without rows, classes or scores are null", (kernel) => {
  const none = binaryPerformance(kernel, rows([], [], []));
  for (const metric of Object.values(none.metrics)) expect(metric).toBeNull();
  const one = binaryPerformance(kernel, rows([0.9], [1], [1])).metrics;
  expect(one.rocAuc).toBeNull();
  expect(one.brier).toMatchObject({ low: 0, high: 1 });
  expect(one.logLoss?.high).toBeCloseTo(15 * Math.LN10, 9);
  const unscored = binaryPerformance(kernel, rows([NaN, NaN], [1, 0], [1, 0])).metrics;
  expect(unscored.accuracy?.value).toBe(1);
  for (const metric of ["rocAuc", "brier", "logLoss", "meanScore"] as const)
    expect(unscored[metric]).toBeNull();
  const scored = binaryPerformance(kernel, rows([0.2, NaN, 0.7], [0, 1, 1], [0, 1, 1])).metrics;
  expect(scored.rocAuc?.value).toBe(1);
  expect(scored.rocAuc?.low).toBe(rocAuc(kernel, Float64Array.of(0.2, 0.7), [0, 1]).low);
});
