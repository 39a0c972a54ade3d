/**
 * R² (the coefficient of determination): 1 less the mean squared error by the variance of the labels. 1 is perfect, 0 no
 * better than always predicting these labels' mean, negative is worse than that; there is no lower bound.
 *
 * Standard error: the delta method on both means at once (a row adds −e²/V + MSE·d²/V², e its error, d its distance from
 * the mean label). It needs fourth moments; they are kept as plain sums around a fixed origin, so that they merge.
 *
 * Cost: nothing beyond the sums. Edge cases: no answer for less than two rows or labels without variance. R² of windows
 * with labels of different spread do not compare: the same errors give a lower one where labels vary less.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type MeanSums, varianceOf } from "./mean-sums.ts";
import { type Measure, waldMeasure } from "./sampling-error.ts";

/** Sums over rows of powers of s = label − origin and of the squared error q. */
export interface VariationSums {
  origin: number;
  s: [number, number, number, number];
  q: number;
  qq: number;
  qs: number;
  qss: number;
}

export function emptyVariation(origin: number): VariationSums {
  if (!(Math.abs(origin) < Infinity)) throw new RangeError(`${origin} is no origin`);
  return { origin, s: [0, 0, 0, 0], q: 0, qq: 0, qs: 0, qss: 0 };
}

export function addToVariation(sums: VariationSums, label: number, squaredError: number): void {
  const s = label - sums.origin;
  const square = s * s;
  sums.s[0] += s;
  sums.s[1] += square;
  sums.s[2] += square * s;
  sums.s[3] += square * square;
  sums.q += squaredError;
  sums.qq += squaredError * squaredError;
  sums.qs += squaredError * s;
  sums.qss += squaredError * square;
}

export function mergeVariations(a: VariationSums, b: VariationSums): VariationSums {
  if (a.origin !== b.origin) throw new RangeError(`sums around ${a.origin} and around ${b.origin}`);
  return {
    origin: a.origin,
    s: [a.s[0] + b.s[0], a.s[1] + b.s[1], a.s[2] + b.s[2], a.s[3] + b.s[3]],
    q: a.q + b.q,
    qq: a.qq + b.qq,
    qs: a.qs + b.qs,
    qss: a.qss + b.qss,
  };
}

export function rSquared(
  kernel: Kernel,
  squared: MeanSums,
  label: MeanSums,
  sums: VariationSums,
  level = 0.95,
): Measure {
  const variance = varianceOf(label);
  const rows = label.count;
  const value = rows >= 2 && variance > 0 ? 1 - squared.mean / variance : NaN;
  if (!(Math.abs(value) < Infinity)) return waldMeasure(kernel, NaN, NaN, anything, level);
  // From the origin to the mean label.
  const shift = label.mean - sums.origin;
  const [s1, s2, s3, s4] = sums.s;
  const fourth = s4 - shift * (4 * s3 - shift * (6 * s2 - shift * (4 * s1 - shift * rows)));
  const crossed = sums.qss - shift * (2 * sums.qs - shift * sums.q);
  const ratio = squared.mean / variance;
  const moved = (sums.qq - ratio * (2 * crossed - ratio * fourth)) / (variance * variance);
  return waldMeasure(kernel, value, Math.sqrt(Math.max(0, moved)) / rows, anything, level);
}

/** The share of the labels' variance that is not in the errors: R² once the bias is taken out. No interval. */
export function explainedVariance(error: MeanSums, label: MeanSums): number {
  const variance = varianceOf(label);
  return label.count >= 2 && variance > 0 ? 1 - varianceOf(error) / variance : NaN;
}

const anything = { least: -Infinity, most: 1 };
