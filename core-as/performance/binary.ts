import { limits } from "../domain/limits.ts";
import type { Outcomes } from "../domain/outcomes.ts";
import type { Metrics, RealisedPerformance } from "../domain/performance.ts";
import type { Kernel } from "../kernel/api.ts";
import { averagePrecisionOfGroups } from "../methods/performance/average-precision.ts";
import { binaryDecisions } from "../methods/performance/binary-decisions.ts";
import {
  calibrationBinsOf,
  equalCountBinsOf,
  expectedCalibrationError,
  maximumCalibrationError,
} from "../methods/performance/calibration-error.ts";
import { confusionOf } from "../methods/performance/confusion-matrix.ts";
import { probabilityMeasures, probabilitySumsOf } from "../methods/performance/probability-losses.ts";
import { rocAucOfGroups } from "../methods/performance/roc-auc.ts";
import { rocCurve } from "../methods/performance/roc-curve.ts";
import { undefinedMeasure } from "../methods/performance/sampling-error.ts";
import { scoreSeparationOfGroups } from "../methods/performance/score-separation.ts";
import { groupsOfScores } from "../methods/performance/score-groups.ts";
import { calibrationCurve } from "./calibration-curve.ts";
import { type Costs, decided } from "./decided.ts";
import { estimateOf } from "./estimate.ts";

/** Classes are false and true; scores are the probability of true. */
export function binaryPerformance(kernel: Kernel, outcomes: Outcomes, costs: Costs): RealisedPerformance {
  const { labels, predicted } = outcomes;
  const matrix = confusionOf(labels, predicted, 2);
  const [tn, fp, fn, tp] = matrix.counts;
  const decisions = binaryDecisions(kernel, { tp, fp, fn, tn });
  const { confusion, value, businessValue } = decided(kernel, matrix, costs);
  const scored = outcomes.scoresPerRow === 1 ? scoredBinary(kernel, outcomes) : null;
  return {
    task: "binary",
    classes: [...outcomes.classes],
    metrics: {
      ...scored?.metrics,
      accuracy: estimateOf(decisions.accuracy),
      balancedAccuracy: estimateOf(decisions.balancedAccuracy),
      precision: estimateOf(decisions.precision),
      recall: estimateOf(decisions.recall),
      specificity: estimateOf(decisions.specificity),
      npv: estimateOf(decisions.npv),
      f1: estimateOf(decisions.f1),
      mcc: estimateOf(decisions.mcc),
      kappa: estimateOf(decisions.kappa),
      baseRate: estimateOf(decisions.baseRate),
      ...businessValue,
    },
    confusion,
    byClass: [],
    calibration: scored?.calibration ?? null,
    roc: scored?.roc ?? null,
    value,
  };
}

/** What needs scores. Cost: two sorts and one logarithm a row. */
function scoredBinary(
  kernel: Kernel,
  { scores, labels }: Outcomes,
): Pick<RealisedPerformance, "calibration" | "roc"> & { metrics: Metrics } {
  const groups = groupsOfScores(scores, labels);
  const bins = calibrationBinsOf(scores, labels);
  const equal = equalCountBinsOf(scores, labels);
  const losses = probabilityMeasures(kernel, probabilitySumsOf(kernel, scores, labels));
  const largest = { ...maximumCalibrationError(bins), standardError: NaN };
  return {
    metrics: {
      rocAuc: estimateOf(rocAucOfGroups(kernel, groups)),
      averagePrecision: estimateOf(averagePrecisionOfGroups(kernel, groups)),
      logLoss: estimateOf(losses.logLoss),
      brier: estimateOf(losses.brier),
      ece: estimateOf(expectedCalibrationError(kernel, bins)),
      ece15: estimateOf(expectedCalibrationError(kernel, calibrationBinsOf(scores, labels, 15))),
      eceEqualCount: estimateOf(equal ? expectedCalibrationError(kernel, equal) : undefinedMeasure),
      mce: estimateOf(largest),
      scoreSeparation: estimateOf(scoreSeparationOfGroups(kernel, groups)),
      meanScore: estimateOf(losses.meanScore),
    },
    calibration: calibrationCurve(kernel, bins),
    roc: rocCurve(groups, limits.rocPoints),
  };
}
