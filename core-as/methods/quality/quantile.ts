/**
 * A quantile of the window's numbers, the median among them, interpolated between neighbours as NumPy does. Interval, 95 %:
 * between two of the window's values, so far out that a binomial of m rows would hide the true quantile outside of them in at
 * most 2.5 % on each side; right for every distribution. p-value: how many rows of either side lie at or below the quantile
 * of both together, exact mid-p of the two shares (Mood's median test, 1950, at any quantile). Effect: V_b of those shares.
 * Sampling error: the interval's width over 2 · 1.96; NannyML takes the reference's density at the median.
 *
 * Missing and infinite values do not count. Cost: a sort of both sides together. Edge cases: with few rows one end, or both,
 * has no value far enough out, and is null.
 */
import type { Kernel } from "../../kernel/api.ts";
import { quantile } from "../numeric/descriptive.ts";
import type { Sample } from "../numeric/sample.ts";
import { midP } from "../shares/mid-p.ts";
import { quality, type QualityResult } from "./quality-result.ts";

export const medianOf = (kernel: Kernel, reference: Sample, current: Sample): QualityResult =>
  quantileOf(kernel, reference, current, 0.5);

/** @param p in (0, 1) */
export function quantileOf(kernel: Kernel, reference: Sample, current: Sample, p: number): QualityResult {
  if (!(p > 0 && p < 1)) throw new RangeError(`${p} is no quantile`);
  const [r, c] = [reference.sorted, current.sorted];
  const cut = quantile(pooled(r, c), p);
  const split = (sorted: Float64Array) => {
    const below = countAtMost(sorted, cut);
    return { successes: below, failures: sorted.length - below };
  };
  const { pValue, effect } = midP(kernel, split(r), split(c));
  const low = lowerRank(kernel, c.length, p);
  const high = c.length - 1 - lowerRank(kernel, c.length, 1 - p);
  const [from, to] = [low >= 0 ? c[low] : null, high < c.length ? c[high] : null];
  const samplingError = from === null || to === null ? null : (to - from) / (2 * 1.959963984540054);
  return quality(quantile(c, p), { pValue, effect, low: from, high: to, samplingError });
}

/** The largest place (from 0) whose value lies above the quantile in at most 2.5 % of samples; −1 where there is none. */
function lowerRank(kernel: Kernel, m: number, p: number): number {
  // Value number k (from 0) exceeds the quantile where at most k of m rows lie below it: P(B ≤ k) = I_{1−p}(m − k, k + 1).
  let [none, most] = [-1, m];
  while (most - none > 1) {
    const k = Math.floor((none + most) / 2);
    const tail = k >= m ? 1 : kernel.betaI(m - k, k + 1, 1 - p);
    if (tail <= 0.025) none = k;
    else most = k;
  }
  return none;
}

function pooled(r: Float64Array, c: Float64Array): Float64Array {
  const all = new Float64Array(r.length + c.length);
  all.set(r);
  all.set(c, r.length);
  return all.sort();
}

function countAtMost(sorted: Float64Array, border: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= border) low = middle + 1;
    else high = middle;
  }
  return low;
}
