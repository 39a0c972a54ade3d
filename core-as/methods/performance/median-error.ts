/**
 * The median absolute error of a regression: half of the rows are off by less. Unlike the mean it does not care how far
 * off the worst rows are; unlike the mean it does not merge, so it needs the rows (or a quantile sketch).
 *
 * Interval: free of any assumption about the errors, between the two order statistics that the binomial distribution of
 * ½ allows (Thompson 1936); at least at its level. Standard error: that interval's width by the normal one's (McKean and
 * Schrader 1984). Cost: a sort. Edge cases: rows whose label or prediction is no finite
 * number are left out; no answer without rows, and no interval where even the smallest and the largest error would not
 * hold the level (less than six rows at 95 %).
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { type Measure, normalQuantile, undefinedMeasure } from "./sampling-error.ts";

export function medianAbsoluteError(
  kernel: Kernel,
  labels: Float64Array,
  predictions: Float64Array,
  level = 0.95,
): Measure {
  if (labels.length !== predictions.length)
    throw new RangeError(`${labels.length} labels against ${predictions.length} predictions`);
  const z = normalQuantile(kernel, level);
  const errors = kernel.sortFinite(labels.map((label, row) => Math.abs(predictions[row] - label)));
  const rows = errors.length;
  if (rows === 0) return { ...undefinedMeasure };
  const middle = errors[(rows - 1) >> 1] / 2 + errors[rows >> 1] / 2;
  const below = errorsBelow(kernel, rows, z, (1 - level) / 2);
  if (below < 0) return { ...result(middle), standardError: NaN };
  const [low, high] = [errors[below], errors[rows - 1 - below]];
  return { ...result(middle, { low, high }), standardError: (high - low) / (2 * z) };
}

/** Most errors that may lie below the lower bound: the largest k with P(Bin(rows, ½) ≤ k) ≤ tail, or −1. */
function errorsBelow(kernel: Kernel, rows: number, z: number, tail: number): number {
  const atMost = (k: number): number => (k < 0 ? 0 : kernel.betaI(rows - k, k + 1, 0.5));
  let k = Math.max(-1, Math.floor(rows / 2 - (z * Math.sqrt(rows)) / 2));
  while (k >= 0 && atMost(k) > tail) k--;
  while (k + 1 < rows / 2 && atMost(k + 1) <= tail) k++;
  return k;
}
