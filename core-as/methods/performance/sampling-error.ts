/**
 * What a measure of performance says of its own precision: the standard error and the interval that follows from it.
 * All of it is for independent rows; with rows that hang together it is too narrow.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { checkedLevel } from "../shares/share-counts.ts";

export interface Measure extends Result {
  /** Standard deviation of the statistic over samples of this size; NaN where the method has none to offer. */
  standardError: number;
}

export const undefinedMeasure: Readonly<Measure> = Object.freeze({ ...undefinedResult, standardError: NaN });

/** Where a measure can lie at all. */
export interface Range {
  least: number;
  most: number;
}

/** The quantile of the normal distribution that a two-sided level asks for. */
export function normalQuantile(kernel: Kernel, level: number): number {
  return kernel.normalPpf((1 + checkedLevel(level)) / 2);
}

/**
 * The interval of Wald: the statistic and its standard errors on both sides, cut at the range. A standard error of
 * nothing is no knowledge (every row of a small sample happened to agree), so there is no interval then.
 */
export function waldMeasure(
  kernel: Kernel,
  statistic: number,
  standardError: number,
  { least, most }: Range,
  level: number,
): Measure {
  if (Number.isNaN(statistic)) return { ...undefinedMeasure };
  const half = normalQuantile(kernel, level) * standardError;
  if (!(half > 0 && half < Infinity)) return { ...result(statistic), standardError };
  const bounds = { low: Math.max(least, statistic - half), high: Math.min(most, statistic + half) };
  return { ...result(statistic, bounds), standardError };
}

/**
 * The interval for a measure inside (0, 1), made symmetric in its log odds: never outside [0, 1] and near the level
 * where the measure lies close to one of its ends (Boyd, Eng and Page 2013 for areas under curves).
 */
export function logitMeasure(
  kernel: Kernel,
  statistic: number,
  standardError: number,
  level: number,
): Measure {
  if (Number.isNaN(statistic)) return { ...undefinedMeasure };
  const spread = statistic * (1 - statistic);
  const half = (normalQuantile(kernel, level) * standardError) / spread;
  if (!(half > 0 && half < Infinity)) return { ...result(statistic), standardError };
  const odds = statistic / (1 - statistic);
  const [lowOdds, highOdds] = [odds * kernel.exp(-half), odds * kernel.exp(half)];
  const high = highOdds === Infinity ? 1 : highOdds / (1 + highOdds);
  return { ...result(statistic, { low: lowOdds / (1 + lowOdds), high }), standardError };
}

/** Its standard error is no more than the share's, √(s(1−s)/n): what Wilson's interval is made of. */
export function shareStandardError(share: number, rows: number): number {
  return Math.sqrt((share * (1 - share)) / rows);
}

/**
 * The standard error of a smooth function of shares, from its slope at each of them (the delta method): the standard
 * deviation of the slopes over the rows, by √n. Slopes may be off by one constant for all cells.
 */
export function deltaStandardError(counts: ArrayLike<number>, slopes: ArrayLike<number>): number {
  let rows = 0;
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell] === 0) continue;
    rows += counts[cell];
    sum += counts[cell] * slopes[cell];
  }
  const mean = sum / rows;
  let squares = 0;
  for (let cell = 0; cell < counts.length; cell++)
    if (counts[cell] !== 0) squares += counts[cell] * (slopes[cell] - mean) * (slopes[cell] - mean);
  return Math.sqrt(squares) / rows;
}
