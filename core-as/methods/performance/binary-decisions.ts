/**
 * What the decisions of a binary model were worth, from its confusion matrix: accuracy, precision, recall, specificity,
 * negative predictive value, F1, balanced accuracy, Matthews' correlation, Cohen's kappa and the base rate.
 *
 * Intervals: the shares have Wilson's (1927), given the number of rows in their denominator. F1 is 2s/(1 + s) of the
 * share s = tp/(tp + fp + fn) and carries that share's bounds over. Balanced accuracy puts the bounds of recall and
 * specificity together by the method of variance estimates recovery (Zou and Donner 2008). The other two: agreement.ts.
 *
 * Cost: nothing. Edge cases: a measure whose denominator is empty (precision without predicted positives, recall without
 * positives) has no answer; scikit-learn says 0 to many of these.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { wilson } from "../shares/wilson.ts";
import { cohensKappa, matthewsCorrelation } from "./agreement.ts";
import { type ConfusionMatrix, confusionOf } from "./confusion-matrix.ts";
import { type Measure, shareStandardError, undefinedMeasure } from "./sampling-error.ts";

export interface BinaryConfusion {
  tp: number;
  fp: number;
  fn: number;
  tn: number;
}

export const binaryDecisionMetrics = [
  "accuracy",
  "precision",
  "recall",
  "specificity",
  "npv",
  "f1",
  "balancedAccuracy",
  "mcc",
  "kappa",
  "baseRate",
] as const;
export type BinaryDecisionMetric = (typeof binaryDecisionMetrics)[number];

/** Labels and decisions as 0 and 1. */
export function binaryConfusionOf(labels: ArrayLike<number>, predicted: ArrayLike<number>): BinaryConfusion {
  const [tn, fp, fn, tp] = confusionOf(labels, predicted, 2).counts;
  return { tp, fp, fn, tn };
}

export function mergeBinaryConfusions(a: BinaryConfusion, b: BinaryConfusion): BinaryConfusion {
  return { tp: a.tp + b.tp, fp: a.fp + b.fp, fn: a.fn + b.fn, tn: a.tn + b.tn };
}

export function binaryDecisions(
  kernel: Kernel,
  { tp, fp, fn, tn }: BinaryConfusion,
  level = 0.95,
): Record<BinaryDecisionMetric, Measure> {
  const share = (successes: number, failures: number): Measure =>
    shareMeasure(kernel, successes, failures, level);
  const matrix: ConfusionMatrix = { classes: 2, counts: Float64Array.of(tn, fp, fn, tp) };
  const recall = share(tp, fn);
  const specificity = share(tn, fp);
  return {
    accuracy: share(tp + tn, fp + fn),
    precision: share(tp, fp),
    recall,
    specificity,
    npv: share(tn, fn),
    f1: fOne(share(tp, fp + fn)),
    balancedAccuracy: halfwayBetween(recall, specificity),
    mcc: matthewsCorrelation(kernel, matrix, level),
    kappa: cohensKappa(kernel, matrix, level),
    baseRate: share(tp + fn, fp + tn),
  };
}

export function shareMeasure(kernel: Kernel, successes: number, failures: number, level = 0.95): Measure {
  const share = wilson(kernel, { successes, failures }, level);
  return { ...share, standardError: shareStandardError(share.statistic, successes + failures) };
}

/** F1 is a monotone function of the share of agreed positives among all that either side calls positive. */
export function fOne(agreed: Measure): Measure {
  if (Number.isNaN(agreed.statistic)) return { ...undefinedMeasure };
  const carry = (share: number): number => (2 * share) / (1 + share);
  const { statistic, low, high, standardError } = agreed;
  return {
    ...result(carry(statistic), {
      low: low === null ? null : carry(low),
      high: high === null ? null : carry(high),
    }),
    standardError: (2 * standardError) / ((1 + statistic) * (1 + statistic)),
  };
}

/** The mean of two independent measures: distances to their bounds add like sides of a right triangle. */
function halfwayBetween(a: Measure, b: Measure): Measure {
  const statistic = (a.statistic + b.statistic) / 2;
  if (Number.isNaN(statistic) || a.low === null || a.high === null || b.low === null || b.high === null)
    return { ...undefinedMeasure };
  const half = (x: number, y: number): number => Math.sqrt(x * x + y * y) / 2;
  return {
    ...result(statistic, {
      low: Math.max(0, statistic - half(a.statistic - a.low, b.statistic - b.low)),
      high: Math.min(1, statistic + half(a.high - a.statistic, b.high - b.statistic)),
    }),
    standardError: half(a.standardError, b.standardError),
  };
}
