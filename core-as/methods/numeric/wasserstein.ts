/**
 * The Wasserstein-1 or earth mover's distance: the mean distance that rows have to be moved, in the feature's unit, to turn
 * one sample into the other; the area between the two distribution functions (Vallender 1974).
 *
 * The effect is the distance over the reference's standard deviation (over n), which Evidently thresholds at 0.1; a deviation
 * below 0.001 counts as 0.001 there and here. Cost: one merge. Edge cases: an empty side has no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result } from "../result.ts";
import { centralMoments, quantile } from "./descriptive.ts";
import type { Sample } from "./sample.ts";

export interface Wasserstein extends Result {
  /** Over the reference's interquartile range, which heavy tails do not widen; NaN where that is 0. */
  perIqr: number;
}

/** Smallest standard deviation that the distance is divided by. */
const leastDeviation = 0.001;

export function wassersteinOnSamples(kernel: Kernel, r: Sample, c: Sample): Wasserstein {
  const statistic = kernel.wassersteinSamples(r.sorted, c.sorted);
  if (Number.isNaN(statistic)) return { ...result(NaN), perIqr: NaN };
  const iqr = quantile(r.sorted, 0.75) - quantile(r.sorted, 0.25);
  const effect = statistic / Math.max(centralMoments(r.sorted).std0, leastDeviation);
  return { ...result(statistic, { effect }), perIqr: iqr > 0 ? statistic / iqr : NaN };
}

/**
 * On counts in ordered cells with the reference's fixed widths: Σ |F_R − F_C|·width over the inner edges.
 *
 * @param std the reference's standard deviation, in the feature's unit
 */
export function wassersteinOnCounts(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  widths: Float64Array,
  std: number,
): Result {
  const statistic = kernel.wassersteinCells(a, c, widths);
  return result(statistic, { effect: std > 0 ? statistic / std : null });
}
