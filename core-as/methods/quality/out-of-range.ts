/**
 * Share of rows with a number outside a range; infinite numbers lie outside. Interval: Wilson's, 95 %. Effect: V_b.
 *
 * Where the range was given, the reference has such rows too, and p is the exact mid-p of the two shares. Where it is the
 * reference's own, from its smallest to its largest value, any window brings some: of n + m rows in random order, k or more
 * of the m lie beyond all n with probability
 *
 *     (1 + kn/(n + m − k)) · Π (m − i)/(n + m − i), i = 0 … k − 1
 *
 * whatever the distribution (the reference's range as a tolerance interval, Wilks 1942); with ties, fewer. One-sided: no row
 * outside is no surprise. At n = m = 1000 one row outside has p = 0.75. NannyML alarms for it.
 *
 * Cost: a pass, and k multiplications. Edge cases: no answer where a side has no rows; none with a range of the reference of
 * one row.
 */
import type { Kernel } from "../../kernel/api.ts";
import { rowsOf, type ShareCounts } from "../shares/share-counts.ts";
import { shareOfRows } from "./missing.ts";
import { quality, type QualityResult } from "./quality-result.ts";

/** @param reference rows outside a given range (successes) and within (failures); `current` the window's */
export function outOfGivenRange(kernel: Kernel, reference: ShareCounts, current: ShareCounts): QualityResult {
  return shareOfRows(kernel, reference, current);
}

/**
 * @param n the reference's rows with a number
 * @param current the window's rows outside the reference's range (successes) and within (failures)
 */
export function outOfReferenceRange(kernel: Kernel, n: number, current: ShareCounts): QualityResult {
  const known = shareOfRows(kernel, { successes: 0, failures: n }, current);
  const m = rowsOf(current);
  // Without rows the reference has no range to lie in.
  if (Number.isNaN(known.statistic) || !(n > 0)) return quality(NaN);
  return { ...known, pValue: n > 1 ? beyondBothEnds(n, m, current.successes) : null };
}

/** P(k or more of m lie outside the range of n others), all orders alike. */
export function beyondBothEnds(n: number, m: number, k: number): number {
  let all = 1;
  for (let i = 0; i < k && all > 0; i++) all *= (m - i) / (n + m - i);
  return Math.min(1, all * (1 + (k * n) / (n + m - k)));
}
