/**
 * The sampling error that a chunk of some size has, foretold from the reference: how much a measure's terms vary there,
 * by the root of the number of rows that will count. One number for all chunks of one size, known before a label arrives;
 * NannyML publishes this as `sampling_error`, and draws three of them to both sides of an estimate.
 *
 * A window's own interval (binary-decisions.ts, roc-auc.ts, …) is better once there are labels. Two approximations are
 * kept as they are, because the numbers are meant to agree: ROC-AUC counts the variation within the rarer class only (half
 * of DeLong's sum), and F1 takes its denominator as fixed. Where NannyML differs: it breaks tied scores by an unstable
 * sort, here they take mid-ranks; and it draws 50 unseeded bootstrap samples for average precision, here the jackknife.
 *
 * Cost: that of the measure on the reference, once. Edge cases: NaN where the reference leaves the measure undefined.
 */
import type { Kernel } from "../../kernel/api.ts";
import { averagePrecisionOfGroups } from "./average-precision.ts";
import type { BinaryConfusion } from "./binary-decisions.ts";
import { type MeanSums, varianceOf } from "./mean-sums.ts";
import { rowsByClass, type ScoreGroups } from "./score-groups.ts";

/** Standard deviation of a measure's terms, and the share of rows that have one. */
export interface ErrorPerRow {
  spread: number;
  share: number;
}

export function chunkError({ spread, share }: ErrorPerRow, rows: number): number {
  return spread / Math.sqrt(rows * share);
}

export function decisionErrors({
  tp,
  fp,
  fn,
  tn,
}: BinaryConfusion): Record<"accuracy" | "precision" | "recall" | "specificity" | "f1", ErrorPerRow> {
  const rows = tp + fp + fn + tn;
  const ofShare = (successes: number, failures: number): ErrorPerRow => {
    const share = successes / (successes + failures);
    return { spread: Math.sqrt(share * (1 - share)), share: (successes + failures) / rows };
  };
  const agreed = ofShare(tp, fp + fn);
  const perPositive = (tp + fp + fn) / (tp + (fp + fn) / 2);
  return {
    accuracy: ofShare(tp + tn, fp + fn),
    precision: ofShare(tp, fp),
    recall: ofShare(tp, fn),
    specificity: ofShare(tn, fp),
    f1: { spread: agreed.spread * perPositive, share: agreed.share },
  };
}

/** How much the share of the other class that a row of the rarer class wins against varies. */
export function rocAucError(groups: ScoreGroups): ErrorPerRow {
  const { negatives, positives } = rowsByClass(groups);
  const positivesAreRarer = positives <= negatives;
  const [rare, common] = positivesAreRarer
    ? [groups.positives, groups.negatives]
    : [groups.negatives, groups.positives];
  const [ofRare, ofCommon] = positivesAreRarer ? [positives, negatives] : [negatives, positives];
  let [below, sum, squares] = [0, 0, 0];
  rare.forEach((rows, group) => {
    const wins = (below + common[group] / 2) / ofCommon;
    sum += rows * wins;
    squares += rows * wins * wins;
    below += common[group];
  });
  const mean = sum / ofRare;
  const spread = Math.sqrt(Math.max(0, squares / ofRare - mean * mean));
  return { spread, share: ofRare / (negatives + positives) };
}

export function averagePrecisionError(kernel: Kernel, groups: ScoreGroups): ErrorPerRow {
  const { negatives, positives } = rowsByClass(groups);
  const { standardError } = averagePrecisionOfGroups(kernel, groups);
  return { spread: standardError * Math.sqrt(negatives + positives), share: 1 };
}

/** For a measure that is a mean of losses: absolute error, squared error, absolute percentage error … */
export function meanError(losses: MeanSums): ErrorPerRow {
  return { spread: Math.sqrt(varianceOf(losses)), share: 1 };
}

/** For the root of such a mean: half the error of the mean, by the root (the delta method). */
export function rootMeanError(losses: MeanSums): ErrorPerRow {
  return { spread: Math.sqrt(varianceOf(losses) / losses.mean) / 2, share: 1 };
}
