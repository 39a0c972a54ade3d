/**
 * The mean of a loss over rows, held so that it merges: count, mean and the sum of squared deviations (Welford 1962;
 * merged after Chan, Golub and LeVeque 1983). Every loss that is an average (log-loss, Brier, absolute and squared
 * error) is measured by it.
 *
 * The statistic is the mean, the interval Student's, from the standard error of these rows. Merging is exact in the
 * count and true to rounding in the rest. Cost: one pass. Edge cases: no answer without rows, no interval for one row;
 * a mean past the largest number is none; a variance past it leaves a mean without an interval.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { checkedLevel } from "../shares/share-counts.ts";
import { type Measure, type Range, undefinedMeasure } from "./sampling-error.ts";

export interface MeanSums {
  count: number;
  /** 0 without rows. */
  mean: number;
  /** Σ (x − mean)². */
  squares: number;
}

export const noMeanSums: Readonly<MeanSums> = Object.freeze({ count: 0, mean: 0, squares: 0 });

export function addToMean(sums: MeanSums, value: number): void {
  sums.count++;
  const gap = value - sums.mean;
  sums.mean += gap / sums.count;
  sums.squares += gap * (value - sums.mean);
}

export function mergeMeans(a: MeanSums, b: MeanSums): MeanSums {
  if (a.count === 0) return { ...b };
  if (b.count === 0) return { ...a };
  const count = a.count + b.count;
  // Symmetric in a and b, so that the order of two windows does not change a bit.
  const gap = b.mean - a.mean;
  return {
    count,
    mean: (a.mean * a.count + b.mean * b.count) / count,
    squares: a.squares + b.squares + gap * gap * ((a.count * b.count) / count),
  };
}

/** Population variance (over n), NaN without rows. */
export function varianceOf({ count, squares }: MeanSums): number {
  return squares / count;
}

export function meanMeasure(
  kernel: Kernel,
  { count, mean, squares }: MeanSums,
  { least, most }: Range,
  level = 0.95,
): Measure {
  const tail = (1 - checkedLevel(level)) / 2;
  if (!(count > 0 && Math.abs(mean) < Infinity)) return { ...undefinedMeasure };
  const standardError = count > 1 ? Math.sqrt(squares / (count - 1) / count) : NaN;
  const half = count > 1 ? kernel.tIsf(tail, count - 1) * standardError : NaN;
  if (!(half < Infinity)) return { ...result(mean), standardError };
  const bounds = { low: Math.max(least, mean - half), high: Math.min(most, mean + half) };
  return { ...result(mean, bounds), standardError };
}
