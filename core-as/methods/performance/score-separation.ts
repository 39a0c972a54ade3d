/**
 * How far scores part the classes: the largest gap between the shares of positives and of negatives that a threshold
 * lets through, the Kolmogorov–Smirnov distance between the scores of both classes (what credit scoring calls "the KS").
 *
 * Cost: a few passes, no sort. No interval. Edge cases: rows without a score are left out, infinite scores too; no answer with one
 * class only.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";

export function scoreSeparation(kernel: Kernel, scores: Float64Array, labels: ArrayLike<number>): Result {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  const ofClass = (label: number): Float64Array => scores.filter((_, row) => labels[row] === label);
  const gap = kernel.ksUnsorted(ofClass(0), ofClass(1));
  return Number.isNaN(gap) ? { ...undefinedResult } : result(gap);
}
