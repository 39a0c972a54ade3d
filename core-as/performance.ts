/**
 * Realised performance of a binary model: what the scores and decisions were worth, once the labels are known. Every
 * metric comes with a 95 % interval for the sampling error of these rows, or is null where it is not defined. What each
 * of them is, and how its interval is made, stands in methods/performance/.
 */
import type { Estimate, PerformanceWindow } from "./domain/api.ts";
import type { Kernel } from "./kernel/api.ts";
import { binaryConfusionOf, binaryDecisions } from "./methods/performance/binary-decisions.ts";
import {
  certainty,
  probabilityMeasures,
  probabilitySumsOf,
} from "./methods/performance/probability-losses.ts";
import { rocAuc } from "./methods/performance/roc-auc.ts";
import type { Result } from "./methods/result.ts";

export interface LabelledRows {
  /** In [0, 1]; NaN where the model gave none. */
  scores: Float64Array;
  /** 0 or 1. */
  predicted: Uint8Array;
  /** 0 or 1. */
  labels: Uint8Array;
}

export type Measured = Omit<PerformanceWindow, "windowStartMs" | "windowEndMs" | "predictions">;

/** Cost: one sort and one logarithm a row. */
export function binaryPerformance(kernel: Kernel, { scores, predicted, labels }: LabelledRows): Measured {
  const confusion = binaryConfusionOf(labels, predicted);
  const { accuracy, precision, recall, f1, baseRate } = binaryDecisions(kernel, confusion);
  const { brier, logLoss, meanScore } = probabilityMeasures(
    kernel,
    probabilitySumsOf(kernel, scores, labels),
  );
  return {
    labelled: labels.length,
    positives: confusion.tp + confusion.fn,
    confusion,
    metrics: {
      rocAuc: estimate(rocAuc(kernel, scores, labels)),
      accuracy: estimate(accuracy),
      precision: estimate(precision),
      recall: estimate(recall),
      f1: estimate(f1),
      brier: estimate(brier),
      logLoss: estimate(logLoss, -kernel.log(certainty)),
      baseRate: estimate(baseRate),
      meanScore: estimate(meanScore),
    },
  };
}

/** Where one row alone says nothing about its error, anything from 0 to `most` is possible. */
function estimate({ statistic, low, high }: Result, most = 1): Estimate | null {
  return Number.isNaN(statistic) ? null : { value: statistic, low: low ?? 0, high: high ?? most };
}
