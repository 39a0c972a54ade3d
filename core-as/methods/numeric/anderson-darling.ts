/**
 * Do several samples come from one distribution? The k-sample Anderson–Darling statistic of Scholz & Stephens (1987), which
 * weights the tails: its mid-rank form (equation 7, for values with ties) or the right-continuous one (equation 6), less its
 * mean and over its standard deviation without differences (the normalised statistic that SciPy reports).
 *
 * p by interpolating the authors' critical values: a parabola in the logarithm of the level, as SciPy does, and limited like
 * there to 0.001 … 0.25: beyond that the table says nothing. Cost: one merge per pair of sample and distinct value. Edge
 * cases: an empty sample, fewer than two samples or fewer than two distinct values have no answer.
 */
import type { Kernel } from "../../kernel-api.ts";
import { type Result, result, undefinedResult } from "../result.ts";

export interface AndersonDarling extends Result {
  /** For the levels 25, 10, 5, 2.5, 1, 0.5 and 0.1 %. */
  criticalValues: number[];
}

const levels = [0.25, 0.1, 0.05, 0.025, 0.01, 0.005, 0.001];
/** Scholz & Stephens (1987), table 2, with the two smallest levels of SciPy: b0 + b1/√(k−1) + b2/(k−1). */
const b0 = [0.675, 1.281, 1.645, 1.96, 2.326, 2.573, 3.085];
const b1 = [-0.245, 0.25, 0.678, 1.149, 1.822, 2.364, 3.615];
const b2 = [-0.105, -0.305, -0.362, -0.391, -0.396, -0.345, -0.154];

/** @param samples ascending finite values */
export function andersonDarlingOnSamples(
  kernel: Kernel,
  samples: readonly Float64Array[],
  form: "midrank" | "right" = "midrank",
): AndersonDarling {
  const k = samples.length;
  const pooled = Float64Array.from(samples.flatMap((sample) => [...sample])).sort();
  const total = pooled.length;
  const distinct = pooled.filter((value, i) => i === 0 || value !== pooled[i - 1]);
  const root = Math.sqrt(k - 1);
  const criticalValues = k < 2 ? [] : levels.map((_, i) => b0[i] + b1[i] / root + b2[i] / (k - 1));
  const none = { ...undefinedResult, criticalValues };
  if (k < 2 || distinct.length < 2 || samples.some(({ length }) => length === 0)) return none;
  const raw =
    form === "midrank" ? midRank(samples, pooled, distinct) : rightContinuous(samples, pooled, distinct);
  const spread = Math.sqrt(variance(samples, total));
  if (!(spread > 0)) return none;
  const statistic = (raw - (k - 1)) / spread;
  return {
    ...result(statistic, { pValue: interpolated(kernel, criticalValues, statistic) }),
    criticalValues,
  };
}

/** Values of an ascending array below x, and at or below it. */
function ranks(sorted: Float64Array, x: number): [number, number] {
  const first = (reached: (value: number) => boolean): number => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(sorted[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return [first((value) => value >= x), first((value) => value > x)];
}

function midRank(samples: readonly Float64Array[], pooled: Float64Array, distinct: Float64Array): number {
  const total = pooled.length;
  let statistic = 0;
  for (const sample of samples) {
    let inner = 0;
    for (const value of distinct) {
      const [below, upTo] = ranks(pooled, value);
      const [own, ownUpTo] = ranks(sample, value);
      const l = upTo - below;
      const b = below + l / 2;
      const m = (own + ownUpTo) / 2;
      const gap = total * m - b * sample.length;
      inner += ((l / total) * gap * gap) / (b * (total - b) - (total * l) / 4);
    }
    statistic += inner / sample.length;
  }
  return (statistic * (total - 1)) / total;
}

function rightContinuous(
  samples: readonly Float64Array[],
  pooled: Float64Array,
  distinct: Float64Array,
): number {
  const total = pooled.length;
  let statistic = 0;
  for (const sample of samples) {
    let inner = 0;
    for (const value of distinct.subarray(0, distinct.length - 1)) {
      const [below, b] = ranks(pooled, value);
      const gap = total * ranks(sample, value)[1] - b * sample.length;
      inner += (((b - below) / total) * gap * gap) / (b * (total - b));
    }
    statistic += inner / sample.length;
  }
  return statistic;
}

/** The statistic's variance without differences (equation 4); it depends on the sizes only. */
function variance(samples: readonly Float64Array[], total: number): number {
  const k = samples.length;
  const inverses = samples.reduce((sum, { length }) => sum + 1 / length, 0);
  let [harmonic, double] = [0, 0];
  for (let i = total - 1; i >= 1; i--) {
    // Σ 1/((N − i)·j) over j from i + 1: the harmonic sum so far belongs to the larger ones.
    if (i < total - 1) double += harmonic / (total - i);
    harmonic += 1 / i;
  }
  const [h, g] = [harmonic, double];
  const a = (4 * g - 6) * (k - 1) + (10 - 6 * g) * inverses;
  const b = (2 * g - 4) * k * k + 8 * h * k + (2 * g - 14 * h - 4) * inverses - 8 * h + 4 * g - 6;
  const c = (6 * h + 2 * g - 2) * k * k + (4 * h - 4 * g + 6) * k + (2 * h - 6) * inverses + 4 * h;
  const d = (2 * h + 6) * k * k - 4 * h * k;
  const cubic = ((a * total + b) * total + c) * total + d;
  return cubic / ((total - 1) * (total - 2) * (total - 3));
}

/** A least-squares parabola through (critical value, ln level), read at the statistic. */
function interpolated(kernel: Kernel, critical: number[], statistic: number): number {
  if (statistic < critical[0]) return levels[0];
  if (statistic > critical[critical.length - 1]) return levels[levels.length - 1];
  const sums = (power: number, of?: number[]): number =>
    critical.reduce((sum, x, i) => {
      let term = of ? of[i] : 1;
      for (let p = 0; p < power; p++) term *= x;
      return sum + term;
    }, 0);
  const logs = levels.map((level) => kernel.log(level));
  const [s0, s1, s2, s3, s4] = [0, 1, 2, 3, 4].map((power) => sums(power));
  const [t0, t1, t2] = [0, 1, 2].map((power) => sums(power, logs));
  const det = s0 * (s2 * s4 - s3 * s3) - s1 * (s1 * s4 - s2 * s3) + s2 * (s1 * s3 - s2 * s2);
  const c0 = (t0 * (s2 * s4 - s3 * s3) - s1 * (t1 * s4 - s3 * t2) + s2 * (t1 * s3 - s2 * t2)) / det;
  const c1 = (s0 * (t1 * s4 - t2 * s3) - t0 * (s1 * s4 - s2 * s3) + s2 * (s1 * t2 - t1 * s2)) / det;
  const c2 = (s0 * (s2 * t2 - s3 * t1) - s1 * (s1 * t2 - s2 * t1) + t0 * (s1 * s3 - s2 * s2)) / det;
  return kernel.exp(c0 + c1 * statistic + c2 * statistic * statistic);
}
