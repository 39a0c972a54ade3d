/**
 * How far scores part the classes: the largest gap between the shares of positives and of negatives that a threshold
 * lets through, the Kolmogorov–Smirnov distance between the scores of both classes (what credit scoring calls "the KS").
 *
 * Cost: one sort. No interval. Edge cases: rows without a score are left out, infinite scores too; no answer with one
 * class only.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";

export function scoreSeparation(kernel: Kernel, scores: Float64Array, labels: ArrayLike<number>): Result {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  const ofClass = (label: number): Float64Array =>
    kernel.sortFinite(scores.filter((_, row) => labels[row] === label));
  const [negatives, positives] = [ofClass(0), ofClass(1)];
  if (negatives.length === 0 || positives.length === 0) return { ...undefinedResult };
  return result(kernel.ksSamples(negatives, positives));
}
