/**
 * Which features to look at first when many have drifted, in two ways that answer different questions.
 *
 * - By drift times importance: a large change of a feature that the model hardly uses matters little. Needs an importance
 *   for every feature (mean |SHAP|, permutation importance, whatever grows with use), in any unit.
 * - By correlation with performance: over the same chunks, does the feature's drift go along with the change of the
 *   model's performance? Needs realised or estimated performance, a dozen chunks or more, and proves no cause. NannyML
 *   ranks so too, by the absolute change of performance against the reference's mean.
 *
 * Features about which nothing can be said come last, in the order given. Equal ones keep the order given too.
 */
import type { Kernel } from "../kernel/api.ts";
import { type Result, result, undefinedResult } from "./result.ts";

export interface FeatureDrift {
  name: string;
  /** An effect that can be compared between features (METHODS §3), at least 0. */
  drift: number;
  /** At least 0. */
  importance: number;
}

export interface RankedFeature extends FeatureDrift {
  /** Drift times importance; NaN where one of them is no number at or above 0. */
  score: number;
  /** Part of the sum of all scores; NaN where that is 0. */
  share: number;
}

/** Features by drift times importance, largest first. */
export function rankByImportance(features: readonly FeatureDrift[]): RankedFeature[] {
  const ranked = features.map((feature) => {
    const known = isMeasure(feature.drift) && isMeasure(feature.importance);
    return { ...feature, score: known ? feature.drift * feature.importance : NaN, share: NaN };
  });
  const all = ranked.reduce((sum, { score }) => (Number.isNaN(score) ? sum : sum + score), 0);
  for (const feature of ranked) feature.share = feature.score / all;
  return ranked.sort((one, other) => descending(one.score, other.score));
}

export interface CorrelatedFeature extends Result {
  name: string;
  /** Chunks in which both numbers were there. */
  chunks: number;
}

/**
 * Features by the correlation of their drift with the absolute change of performance, strongest positive first.
 *
 * @param performance one value a chunk, NaN where there is none
 * @param expected the performance to measure the change from, the reference's
 * @param drifts one series a feature, over the same chunks
 */
export function rankByPerformance(
  kernel: Kernel,
  performance: Float64Array,
  expected: number,
  drifts: ReadonlyMap<string, Float64Array>,
): CorrelatedFeature[] {
  const change = performance.map((value) => Math.abs(value - expected));
  return [...drifts]
    .map(([name, drift]) => ({ name, ...correlation(kernel, drift, change) }))
    .sort((one, other) => descending(one.statistic, other.statistic));
}

/**
 * Pearson's correlation r over the pairs that are finite on both sides. p-value: two-sided, t with pairs − 2 degrees, for
 * normal and independent pairs. Interval: 95 %, by Fisher's transformation (1921), from four pairs on. Effect: |r|. No
 * answer with less than three pairs or without variation on both sides.
 */
export function correlation(kernel: Kernel, x: Float64Array, y: Float64Array): Result & { chunks: number } {
  if (x.length !== y.length) throw new RangeError(`${x.length} values against ${y.length}: no pairs`);
  const pairs = Array.from(x, (value, i) => [value, y[i]]).filter((pair) => pair.every(Number.isFinite));
  const chunks = pairs.length;
  const [u, v] = [0, 1].map((side) => deviations(pairs.map((pair) => pair[side])));
  if (chunks < 3 || !u || !v) return { ...undefinedResult, chunks };
  const r = Math.max(-1, Math.min(1, dot(u, v) / Math.sqrt(dot(u, u)) / Math.sqrt(dot(v, v))));
  const t = Math.abs(r) * Math.sqrt((chunks - 2) / Math.max(0, (1 - r) * (1 + r)));
  const pValue = r === 0 ? 1 : 2 * kernel.tSf(t, chunks - 2);
  return { ...result(r, { pValue, ...fisherInterval(kernel, r, chunks), effect: Math.abs(r) }), chunks };
}

/** Deviations from the mean, in units of the largest value: squares neither overflow nor vanish. Null without any. */
function deviations(values: number[]): number[] | null {
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (values.every((value) => value === values[0])) return null;
  const scaled = values.map((value) => value / largest);
  const mean = scaled.reduce((sum, value) => sum + value, 0) / scaled.length;
  const away = scaled.map((value) => value - mean);
  const most = away.reduce((sofar, value) => Math.max(sofar, Math.abs(value)), 0);
  // Differences below the last digits are rounding, and a correlation of rounding errors is none.
  return most > 1e-13 ? away.map((value) => value / most) : null;
}

function fisherInterval(kernel: Kernel, r: number, pairs: number): { low: number; high: number } | object {
  if (pairs < 4) return {};
  if (Math.abs(r) === 1) return { low: r, high: r };
  const half = kernel.normalPpf(0.975) / Math.sqrt(pairs - 3);
  const centre = (kernel.log1p(r) - kernel.log1p(-r)) / 2;
  return { low: hyperbolicTangent(kernel, centre - half), high: hyperbolicTangent(kernel, centre + half) };
}

function hyperbolicTangent(kernel: Kernel, x: number): number {
  const shrunk = kernel.expm1(-2 * Math.abs(x));
  return (Math.sign(x) * -shrunk) / (2 + shrunk);
}

const isMeasure = (value: number): boolean => value >= 0 && value < Infinity;
const dot = (u: number[], v: number[]): number => u.reduce((sum, value, i) => sum + value * v[i], 0);

/** Largest first, NaN last. */
function descending(one: number, other: number): number {
  if (Number.isNaN(one) || Number.isNaN(other)) return +Number.isNaN(one) - +Number.isNaN(other);
  return one === other ? 0 : other > one ? 1 : -1;
}
