/**
 * Do two samples have the same mean? Student's test (1908) takes their variances for equal and pools them; Welch's (1947)
 * does not, and is the one to use unless there is a reason. The statistic is the difference of the means (reference less
 * current) over its standard error; p is two-sided from Student's t.
 *
 * Samples are scaled by one power of two, so that none is too large or too small to be squared. Cost: a few passes over each
 * sample. Edge cases: fewer than two values on a side, or no variance on either, have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { centralMoments } from "./descriptive.ts";
import { powerAbove } from "./exact-sum.ts";
import type { Sample } from "./sample.ts";

/** Count, mean and variance over n − 1: all that the test needs of a sample. */
export interface MeanAndVariance {
  count: number;
  mean: number;
  variance: number;
}

export interface TTest extends Result {
  /** Degrees of freedom; a fraction for Welch. */
  dof: number;
}

/** @param kind `welch` by default */
export function tTestOnSamples(
  kernel: Kernel,
  r: Sample,
  c: Sample,
  kind: "welch" | "student" = "welch",
): TTest & { difference: number } {
  const unit = Math.max(powerAbove(r.sorted), powerAbove(c.sorted));
  const test = tTestOnMoments(kernel, momentsOf(r, unit), momentsOf(c, unit), kind);
  const scaled = (value: number | null): number | null => (value === null ? null : value * unit);
  return { ...test, low: scaled(test.low), high: scaled(test.high), difference: test.difference * unit };
}

/**
 * The same from merged moments. The interval is that of the difference of the means (95 %), in the feature's unit; the
 * effect is Cohen's d (1988), the difference over the pooled standard deviation.
 */
export function tTestOnMoments(
  kernel: Kernel,
  r: MeanAndVariance,
  c: MeanAndVariance,
  kind: "welch" | "student" = "welch",
): TTest & { difference: number } {
  const [n, m] = [r.count, c.count];
  const none = { ...undefinedResult, dof: NaN, difference: NaN };
  if (n < 2 || m < 2) return none;
  const pooled = ((n - 1) * r.variance + (m - 1) * c.variance) / (n + m - 2);
  const [partR, partC] = kind === "welch" ? [r.variance / n, c.variance / m] : [pooled / n, pooled / m];
  const error = Math.sqrt(partR + partC);
  const difference = r.mean - c.mean;
  if (!(error > 0) || !Number.isFinite(error) || !Number.isFinite(difference)) return none;
  // Shares of the error's variance, not squares of it: those of denormal or huge values leave the doubles.
  const share = partR / (partR + partC);
  const dof =
    kind === "welch" ? 1 / ((share * share) / (n - 1) + ((1 - share) * (1 - share)) / (m - 1)) : n + m - 2;
  const t = difference / error;
  const half = kernel.tIsf(0.025, dof) * error;
  return {
    ...result(t, {
      pValue: 2 * kernel.tSf(Math.abs(t), dof),
      low: difference - half,
      high: difference + half,
      effect: Math.abs(difference) / Math.sqrt(pooled),
    }),
    dof,
    difference,
  };
}

function momentsOf({ sorted }: Sample, unit: number): MeanAndVariance {
  const { mean, var1 } = centralMoments(sorted.map((value) => value / unit));
  return { count: sorted.length, mean, variance: var1 };
}
