/**
 * Descriptive statistics of one numeric sample: where it lies, how wide it is, what shape it has.
 *
 * Central moments by two passes over compensated sums, on values scaled by a power of two, so that neither an offset of 1e9
 * nor values near 1e308 lose digits (Chan, Golub & LeVeque 1983). Skewness and excess kurtosis in the population version
 * and in the unbiased one of Fisher (1930). Quantiles by linear interpolation between order statistics (Hyndman & Fan 1996,
 * type 7; NumPy's default). Cost: four passes and one more sort for the MAD. Edge cases: an empty sample has NaN for
 * everything but the counts; one value has no variance over n − 1; a constant one has no skewness.
 */
import type { Sample } from "./sample.ts";
import { powerAbove, sumOf } from "./exact-sum.ts";

export interface Description {
  /** All values, finite or not. */
  total: number;
  missing: number;
  negInf: number;
  posInf: number;
  /** Finite values, and how many of them are 0 (or −0) and differ from each other. */
  count: number;
  zeros: number;
  distinct: number;
  sum: number;
  mean: number;
  /** Over n, and over n − 1. */
  var0: number;
  var1: number;
  std0: number;
  std1: number;
  /** Third standardised moment: 0 for symmetric samples. */
  skewness: number;
  skewnessUnbiased: number;
  /** Fourth standardised moment less 3: 0 for a normal distribution. */
  kurtosisExcess: number;
  kurtosisUnbiased: number;
  min: number;
  max: number;
  median: number;
  /** Median of the distances from the median, unscaled. */
  mad: number;
  /** Upper less lower quartile. */
  iqr: number;
}

export function describe({ sorted, missing, negInf, posInf }: Sample): Description {
  const n = sorted.length;
  const median = quantile(sorted, 0.5);
  return {
    ...{ total: n + missing + negInf + posInf, missing, negInf, posInf },
    count: n,
    zeros: sorted.reduce((count, value) => count + (value === 0 ? 1 : 0), 0),
    distinct: sorted.reduce((count, value, i) => count + (i === 0 || value !== sorted[i - 1] ? 1 : 0), 0),
    ...centralMoments(sorted),
    min: n > 0 ? sorted[0] : NaN,
    max: n > 0 ? sorted[n - 1] : NaN,
    median,
    mad: quantile(sorted.map((value) => Math.abs(value - median)).sort(), 0.5),
    iqr: quantile(sorted, 0.75) - quantile(sorted, 0.25),
  };
}

/**
 * @param sorted ascending finite values
 * @param p in [0, 1]
 * @returns NaN for an empty sample
 */
export function quantile(sorted: Float64Array, p: number): number {
  if (sorted.length === 0 || !(p >= 0 && p <= 1)) return NaN;
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const [low, high] = [sorted[below], sorted[Math.min(below + 1, sorted.length - 1)]];
  const share = at - below;
  const gap = high - low;
  // Two values farther apart than the largest double.
  if (gap === Infinity) return low * (1 - share) + high * share;
  // Taken from the nearer end, so that both ends are met exactly.
  return share < 0.5 ? low + gap * share : high - gap * (1 - share);
}

type Moments = Pick<
  Description,
  | "sum"
  | "mean"
  | "var0"
  | "var1"
  | "std0"
  | "std1"
  | "skewness"
  | "skewnessUnbiased"
  | "kurtosisExcess"
  | "kurtosisUnbiased"
>;

export function centralMoments(values: Float64Array): Moments {
  const n = values.length;
  const unit = powerAbove(values);
  const scaled = values.map((value) => value / unit);
  const sum = sumOf(scaled);
  const mean = sum / n;
  // What rounding of the mean leaves over is the mean of the deviations: taken out of each moment's sum.
  const rest = sumOf(scaled, (value) => value - mean) / n;
  const power = (k: number): number =>
    sumOf(scaled, (value) => {
      const deviation = value - mean - rest;
      const square = deviation * deviation;
      return k === 2 ? square : k === 3 ? square * deviation : square * square;
    });
  const second = power(2);
  const var0 = second / n;
  const var1 = n > 1 ? second / (n - 1) : NaN;
  const constant = n > 0 && values.every((value) => value === values[0]);
  const skewness = constant || n === 0 ? NaN : power(3) / n / (var0 * Math.sqrt(var0));
  const kurtosisExcess = constant || n === 0 ? NaN : power(4) / n / (var0 * var0) - 3;
  return {
    sum: sum * unit,
    mean: mean * unit,
    var0: var0 * unit * unit,
    var1: var1 * unit * unit,
    std0: Math.sqrt(var0) * unit,
    std1: Math.sqrt(var1) * unit,
    skewness,
    skewnessUnbiased: n > 2 ? (skewness * Math.sqrt(n * (n - 1))) / (n - 2) : NaN,
    kurtosisExcess,
    kurtosisUnbiased: n > 3 ? ((n - 1) / ((n - 2) * (n - 3))) * ((n + 1) * kurtosisExcess + 6) : NaN,
  };
}
