/**
 * How sure a measured rate is. Draws that share a reference are not independent, so the exact interval of Clopper and
 * Pearson (1934) is taken with an effective number of draws: divided by the design effect that the references show, as
 * Korn and Graubard (1998) do for clustered surveys.
 */
import type { Kernel } from "#core/kernel/api.ts";

export interface Interval {
  low: number;
  high: number;
}

/** Two-sided, 99.9 % unless told; `count` and `trials` need not be whole. */
export function clopperPearson(kernel: Kernel, count: number, trials: number, error = 0.001): Interval {
  const half = error / 2;
  return {
    low: count <= 0 ? 0 : quantile((rate) => kernel.betaI(count, trials - count + 1, rate), half),
    high: count >= trials ? 1 : quantile((rate) => kernel.betaI(count + 1, trials - count, rate), 1 - half),
  };
}

/** The x in (0, 1) at which an increasing distribution function takes the value p. */
function quantile(distribution: (x: number) => number, p: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (distribution(middle) > p) high = middle;
    else low = middle;
  }
  return (low + high) / 2;
}

/** Rejections among the windows of each reference. */
export interface Clusters {
  hits: readonly number[];
  windows: readonly number[];
}

export interface Rate extends Interval {
  rate: number;
  draws: number;
  references: number;
  /** Variance of the rate as it is over what independent draws would give; at least 1. */
  designEffect: number;
  /** The rate that 95 and 99 of a hundred references do not exceed. */
  p95: number;
  p99: number;
}

/**
 * The mean rate over references with its interval, and how far single references lie above it. What references differ by
 * is separated from the noise of their few windows by moments (a beta-binomial; the percentiles are the beta's).
 */
export function rateOf(kernel: Kernel, { hits, windows }: Clusters): Rate {
  const references = hits.length;
  const count = sum(hits);
  const draws = sum(windows);
  const rate = count / draws;
  // Variance of the ratio estimate, references being the independent units (Cochran 1977).
  const between = hits.reduce((total, hit, i) => total + (hit - rate * windows[i]) ** 2, 0);
  const variance = references > 1 ? ((references / (references - 1)) * between) / draws ** 2 : 0;
  const independent = (rate * (1 - rate)) / draws;
  const designEffect = independent > 0 ? Math.max(1, variance / independent) : 1;
  const effective = draws / designEffect;
  return {
    rate,
    draws,
    references,
    designEffect,
    ...clopperPearson(kernel, rate * effective, effective),
    ...upperPercentiles(kernel, rate, designEffect, draws / references),
  };
}

/** With w windows a reference the design effect is 1 + (w − 1)ρ, ρ the beta's intraclass correlation 1/(α + β + 1). */
function upperPercentiles(
  kernel: Kernel,
  rate: number,
  designEffect: number,
  windows: number,
): { p95: number; p99: number } {
  const correlation = windows > 1 ? Math.min(0.999, (designEffect - 1) / (windows - 1)) : 0;
  if (!(correlation > 1e-9) || rate <= 0 || rate >= 1) return { p95: rate, p99: rate };
  const size = 1 / correlation - 1;
  const below = (x: number): number => kernel.betaI(rate * size, (1 - rate) * size, x);
  return { p95: quantile(below, 0.95), p99: quantile(below, 0.99) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
