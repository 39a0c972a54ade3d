/**
 * How good scores are as probabilities, row by row.
 *
 * - Log-loss: −ln of the probability that the score gave to what happened, averaged; scores are clipped at 1e-15, since
 *   no score is taken for certain.
 * - Brier score (1950): the squared gap between score and label, averaged.
 * - Mean score: to be held against the base rate.
 *
 * All three are means, kept as sums that merge (mean-sums.ts), with Student's interval. Cost: one logarithm a row. Edge
 * cases: rows without a score (NaN) are left out and counted; no answer when none is left. A score outside [0, 1] is no
 * probability and leaves log-loss and Brier without an answer, rather than with a wrong one.
 */
import type { Kernel } from "../../kernel/api.ts";
import { addToMean, meanMeasure, type MeanSums, mergeMeans, noMeanSums } from "./mean-sums.ts";
import { type Measure } from "./sampling-error.ts";

export interface ProbabilitySums {
  logLoss: MeanSums;
  brier: MeanSums;
  meanScore: MeanSums;
  /** Rows without a score. */
  unscored: number;
}

/** Log-loss takes no score for certain: scores are clipped this far from 0 and 1. */
export const certainty = 1e-15;

export function probabilitySumsOf(
  kernel: Kernel,
  scores: Float64Array,
  labels: ArrayLike<number>,
): ProbabilitySums {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  const sums = { logLoss: { ...noMeanSums }, brier: { ...noMeanSums }, meanScore: { ...noMeanSums } };
  let unscored = 0;
  scores.forEach((score, row) => {
    if (Number.isNaN(score)) {
      unscored++;
      return;
    }
    const [happened, inRange] = [labels[row] === 1, score >= 0 && score <= 1];
    // One minus a clipped score, and not the clipped complement: as scikit-learn clips.
    const clipped = Math.min(1 - certainty, Math.max(certainty, score));
    const gap = inRange ? score - labels[row] : NaN;
    addToMean(sums.logLoss, inRange ? -kernel.log(happened ? clipped : 1 - clipped) : NaN);
    addToMean(sums.brier, gap * gap);
    addToMean(sums.meanScore, score);
  });
  return { ...sums, unscored };
}

export function mergeProbabilitySums(a: ProbabilitySums, b: ProbabilitySums): ProbabilitySums {
  return {
    logLoss: mergeMeans(a.logLoss, b.logLoss),
    brier: mergeMeans(a.brier, b.brier),
    meanScore: mergeMeans(a.meanScore, b.meanScore),
    unscored: a.unscored + b.unscored,
  };
}

export function probabilityMeasures(
  kernel: Kernel,
  { logLoss, brier, meanScore }: ProbabilitySums,
  level = 0.95,
): Record<"logLoss" | "brier" | "meanScore", Measure> {
  return {
    logLoss: meanMeasure(kernel, logLoss, { least: 0, most: -kernel.log(certainty) }, level),
    brier: meanMeasure(kernel, brier, { least: 0, most: 1 }, level),
    meanScore: meanMeasure(kernel, meanScore, { least: -Infinity, most: Infinity }, level),
  };
}
