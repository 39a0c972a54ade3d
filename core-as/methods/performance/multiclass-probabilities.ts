/**
 * How good the probabilities of several classes are.
 *
 * - Log-loss: −ln of the probability of the class that happened, averaged; probabilities are clipped at 1e-15 and made to
 *   add up to 1 first.
 * - Brier score (1950), the sum over classes of the squared gaps between probability and outcome, averaged; in [0, 2].
 *
 * Both are means, kept as sums that merge (mean-sums.ts), with Student's interval. Cost: one pass over the probabilities.
 * Edge cases: rows with a missing probability are left out and counted; no answer when none is left. A number outside
 * [0, 1], or a row without any probability, leaves both without an answer, rather than with a wrong one.
 */
import type { Kernel } from "../../kernel/api.ts";
import { addToMean, meanMeasure, type MeanSums, mergeMeans, noMeanSums } from "./mean-sums.ts";
import { certainty } from "./probability-losses.ts";
import type { Measure } from "./sampling-error.ts";

export interface MulticlassSums {
  logLoss: MeanSums;
  brier: MeanSums;
  /** Rows with a missing probability. */
  unscored: number;
}

/** @param probabilities one row after the other, each with one entry a class */
export function multiclassSumsOf(
  kernel: Kernel,
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): MulticlassSums {
  if (probabilities.length !== labels.length * classes)
    throw new RangeError(
      `${probabilities.length} probabilities of ${classes} classes, ${labels.length} labels`,
    );
  const sums = { logLoss: { ...noMeanSums }, brier: { ...noMeanSums } };
  let unscored = 0;
  for (let row = 0; row < labels.length; row++) {
    const ofRow = probabilities.subarray(row * classes, (row + 1) * classes);
    if (!(labels[row] >= 0 && labels[row] < classes && Number.isInteger(labels[row])))
      throw new RangeError(`${labels[row]} is none of ${classes} classes`);
    if (ofRow.some(Number.isNaN)) {
      unscored++;
      continue;
    }
    const possible = ofRow.every((p) => p >= 0 && p <= 1) && ofRow.some((p) => p > 0);
    let [total, squares] = [0, 0];
    ofRow.forEach((p, each) => {
      total += clipped(p);
      const gap = each === labels[row] ? 1 - p : p;
      squares += gap * gap;
    });
    addToMean(sums.logLoss, possible ? -kernel.log(clipped(ofRow[labels[row]]) / total) : NaN);
    addToMean(sums.brier, possible ? squares : NaN);
  }
  return { ...sums, unscored };
}

export function mergeMulticlassSums(a: MulticlassSums, b: MulticlassSums): MulticlassSums {
  return {
    logLoss: mergeMeans(a.logLoss, b.logLoss),
    brier: mergeMeans(a.brier, b.brier),
    unscored: a.unscored + b.unscored,
  };
}

export function multiclassProbabilityMeasures(
  kernel: Kernel,
  { logLoss, brier }: MulticlassSums,
  level = 0.95,
): Record<"logLoss" | "brier", Measure> {
  return {
    logLoss: meanMeasure(kernel, logLoss, { least: 0, most: Infinity }, level),
    // Rows of single probabilities can be all 1: up to one gap a class.
    brier: meanMeasure(kernel, brier, { least: 0, most: Infinity }, level),
  };
}

function clipped(p: number): number {
  return Math.min(1 - certainty, Math.max(certainty, p));
}
