/**
 * Sums over a period, and the number of its rows, which is the sum of ones. They depend on how many rows came, and rows come
 * in days and weeks, not like dice: only the reference's own periods know how much they vary.
 *
 * p-value, two-sided: where one more period of the reference would lie (Student's t with K − 1 degrees of freedom over K
 * periods, as in `thresholds.ts`), with a spread never below what independent rows alone would give (compound Poisson: the
 * mean of Σx² over all periods). With one period that floor is all there is, the p-value is normal, and `assumesRandomRows`
 * says so. Effect: the total over the reference's mean, less 1.
 *
 * Interval, 95 %, of the period's own expectation: for rows the exact one of a Poisson number (Garwood 1936), for other sums
 * ± 1.96·√Σx². Cost: a pass. Edge cases: no reference periods, no test; no rows are 0 rows, and a sum of 0 without interval.
 */
import type { Kernel } from "../../kernel/api.ts";
import { centralMoments } from "../numeric/descriptive.ts";
import { sumOf } from "../numeric/exact-sum.ts";
import { quality, type QualityResult } from "./quality-result.ts";

export interface PeriodTotal {
  total: number;
  /** Σx² over the period's rows; for a number of rows the number itself. */
  squares: number;
}

export interface TotalResult extends QualityResult {
  /** The test knows no variation between periods but that of rows that come independently of each other. */
  assumesRandomRows: boolean;
}

/** Rows of a period against the rows of the reference's periods of the same length. */
export function rowCount(kernel: Kernel, reference: Float64Array, rows: number): TotalResult {
  const ofRows = (count: number): PeriodTotal => ({ total: count, squares: count });
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
  if (!isCount(rows) || !reference.every(isCount)) return { ...quality(NaN), assumesRandomRows: false };
  const { low, high } = poissonInterval(kernel, rows);
  return { ...total(kernel, Array.from(reference, ofRows), ofRows(rows)), low, high };
}

/** The sum of a period's numbers; missing and infinite ones do not count. */
export function sumOfPeriod(
  kernel: Kernel,
  reference: readonly Float64Array[],
  current: Float64Array,
): TotalResult {
  const totalOf = (values: Float64Array): PeriodTotal => {
    // Sorted: the same number in whatever order the rows came.
    const finite = kernel.sortFinite(values);
    const sum = finite.length > 0 ? centralMoments(finite).sum : 0;
    return { total: sum, squares: sumOf(finite, (value) => value * value) };
  };
  const found = total(kernel, reference.map(totalOf), totalOf(current));
  const half = 1.959963984540054 * (found.samplingError ?? NaN);
  return half > 0 && half < Infinity
    ? { ...found, low: found.statistic - half, high: found.statistic + half }
    : found;
}

/** The test itself, from sums that merge. */
export function total(kernel: Kernel, reference: readonly PeriodTotal[], current: PeriodTotal): TotalResult {
  const periods = reference.length;
  const mean = sumOf(Float64Array.from(reference, (period) => period.total)) / periods;
  // Without drift the period in question tells as much of it as each of the others: zeros alone would leave no spread.
  const all = Float64Array.from([...reference, current], (period) => period.squares);
  const noise = sumOf(all) / (periods + 1);
  const deviations = Float64Array.from(reference, (period) => period.total - mean);
  const between = periods > 1 ? sumOf(deviations, (value) => value * value) / (periods - 1) : 0;
  const spread = Math.sqrt(Math.max(noise, between) * (1 + 1 / periods));
  const distance = Math.abs(current.total - mean) / spread;
  const pValue = periods > 1 ? 2 * kernel.tSf(distance, periods - 1) : 2 * kernel.normalSf(distance);
  return {
    ...quality(current.total, {
      pValue,
      effect: current.total / mean - 1,
      samplingError: Math.sqrt(current.squares),
    }),
    assumesRandomRows: periods === 1,
  };
}

/** Ends where a Poisson number at most, or at least, as large has a probability of 2.5 %; halved until they stand still. */
export function poissonInterval(kernel: Kernel, rows: number): { low: number; high: number } {
  const most = rows + 10 * Math.sqrt(rows + 1) + 10;
  return {
    low: rows === 0 ? 0 : bisect(0, rows, (mean) => kernel.gammaP(rows, mean) < 0.025),
    high: bisect(rows, most, (mean) => kernel.gammaQ(rows + 1, mean) > 0.025),
  };
}

function bisect(from: number, to: number, below: (x: number) => boolean): number {
  let [low, high] = [from, to];
  for (let step = 0; step < 200; step++) {
    const middle = low + (high - low) / 2;
    if (middle === low || middle === high) break;
    if (below(middle)) low = middle;
    else high = middle;
  }
  return low;
}
