import { expect, test } from "vitest";
import type { Estimate } from "#core/domain/api.ts";
import { binaryPerformance } from "#core/performance.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

type Column = Sample | OracleNumber[];
interface Case {
  id: string;
  y_true?: Column;
  y_pred?: Column;
  score?: Column;
  expected: Record<string, OracleNumber | null>;
}

/** Their name, ours. Where the oracle has a value and we have none, or the other way round, `undefinedHere` decides. */
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

const valuesOf = (column: Column): Float64Array =>
  Array.isArray(column) ? Float64Array.from(column, toNumber) : readSample(column);

test.each(kernels)("the $name kernel's realised performance is what scikit-learn finds", (kernel) => {
  const comparison = new Comparison("binary_quality");
  const cases = present ? readOracle<{ cases: Case[] }>("binary_quality").cases : [];
  for (const { id, y_true, y_pred, score, expected } of cases) {
    if (y_true === undefined || y_pred === undefined || score === undefined) continue;
    const [labels, predicted] = [Uint8Array.from(valuesOf(y_true)), Uint8Array.from(valuesOf(y_pred))];
    const measured = binaryPerformance(kernel, { labels, predicted, scores: valuesOf(score) });
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
