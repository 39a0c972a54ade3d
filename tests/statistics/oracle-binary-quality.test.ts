import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { averagePrecision } from "#core/methods/performance/average-precision.ts";
import {
  binaryConfusionOf,
  binaryDecisions,
  type BinaryDecisionMetric,
} from "#core/methods/performance/binary-decisions.ts";
import {
  calibrationBinsOf,
  equalCountBinsOf,
  expectedCalibrationError,
  maximumCalibrationError,
} from "#core/methods/performance/calibration-error.ts";
import { probabilityMeasures, probabilitySumsOf } from "#core/methods/performance/probability-losses.ts";
import { rocAuc } from "#core/methods/performance/roc-auc.ts";
import { scoreSeparation } from "#core/methods/performance/score-separation.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf, type QualityCase } from "./quality-cases.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

type Case = QualityCase & { expected: Record<string, OracleNumber | null> };

const exact: Tolerance = { relative: 0 };
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };
const decisions: Record<string, BinaryDecisionMetric> = {
  accuracy: "accuracy",
  precision: "precision",
  recall: "recall",
  specificity: "specificity",
  npv: "npv",
  f1: "f1",
  balanced_accuracy: "balancedAccuracy",
  mcc: "mcc",
  cohen_kappa: "kappa",
  base_rate: "baseRate",
};

/** Everything that the oracle knows about a case, by its names. */
function measuresOf(kernel: Kernel, each: Case): Record<string, number> {
  const labels = columnOf(each, "y_true");
  const predicted = columnOf(each, "y_pred");
  const scores = columnOf(each, "score");
  const confusion = binaryConfusionOf(labels, predicted);
  const decided = binaryDecisions(kernel, confusion);
  const losses = probabilityMeasures(kernel, probabilitySumsOf(kernel, scores, labels));
  const ece = (bins: ReturnType<typeof equalCountBinsOf>): number =>
    bins === null ? NaN : expectedCalibrationError(kernel, bins).statistic;
  const found: Record<string, number> = {
    n: labels.length,
    ...confusion,
    roc_auc: rocAuc(kernel, scores, labels).statistic,
    average_precision: averagePrecision(kernel, scores, labels).statistic,
    log_loss_eps_1e_15: losses.logLoss.statistic,
    brier: losses.brier.statistic,
    mean_score: losses.meanScore.statistic,
    ece_width10: ece(calibrationBinsOf(scores, labels, 10)),
    mce_width10: maximumCalibrationError(calibrationBinsOf(scores, labels, 10)).statistic,
    ece_width15: ece(calibrationBinsOf(scores, labels, 15)),
    ece_equal_count10_nannyml: ece(equalCountBinsOf(scores, labels, 10)),
    ks_score: scoreSeparation(kernel, scores, labels).statistic,
  };
  for (const [theirs, ours] of Object.entries(decisions)) found[theirs] = decided[ours].statistic;
  return found;
}

describe.each(kernels)("the quality of a binary model, by the $name kernel", (kernel) => {
  it("is what scikit-learn finds", () => {
    const comparison = new Comparison("binary_quality");
    const cases = present ? readOracle<{ cases: Case[] }>("binary_quality").cases : [];
    for (const each of cases) {
      const found = measuresOf(kernel, each);
      for (const [name, expected] of Object.entries(each.expected)) {
        const wanted = expected === null ? NaN : toNumber(expected);
        // One class only in labels or decisions: scikit-learn calls the correlation 0, we call it undefined.
        if (name === "mcc" && wanted === 0 && Number.isNaN(found.mcc)) continue;
        const tolerance = ["n", "tp", "fp", "fn", "tn"].includes(name) ? exact : statistic;
        comparison.check(`${each.id} ${name}`, found[name], wanted, tolerance);
      }
    }
    comparison.finish(kernel.name);
    if (present) expect(cases.length).toBeGreaterThan(60);
  });
});
