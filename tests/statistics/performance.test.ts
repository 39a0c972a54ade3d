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
  /** Or a stretch of one of the data sets. */
  csv?: string;
  y_true_column?: string;
  y_pred_column?: string;
  score_column?: string;
  start?: number;
  end?: number;
  expected: Record<string, OracleNumber | null>;
}

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

const valuesOf = (column: Column): Float64Array =>
  Array.isArray(column) ? Float64Array.from(column, toNumber) : readSample(column);

/** The case's column, inline or from its data set. */
function columnOf(each: Case, name: "y_true" | "y_pred" | "score"): Float64Array {
  const { csv, start = 0, end = 0 } = each;
  const [inline, column] = [each[name], each[`${name}_column`]];
  if (inline !== undefined) return valuesOf(inline);
  if (csv === undefined || column === undefined) throw new Error(`${each.id} has no ${name}`);
  return readSample({ csv, column, start, end });
}

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
