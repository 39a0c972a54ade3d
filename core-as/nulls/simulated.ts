import type { Kernel, NullRequest } from "../kernel-api.ts";
import type { SamplingOptions, SamplingTest } from "./sampling.ts";

/** Few draws decide most cases; only what stays borderline gets all of them. */
const stages = [500, 2000, 10_000];
/** With fewer exceedances than this a simulated p-value is mostly noise: the tail is fitted instead. */
const enoughExceedances = 50;
/** p-values below this are far from every level that a policy can set. */
const beyondDoubt = 1e-9;

/**
 * A p-value by seeded simulation. Where too few draws exceed the value, the limit distribution is stretched so that it
 * agrees with the simulation at its 99 % quantile (or a gamma with the draws' mean and variance, where there is no limit)
 * and the result is marked `tail`.
 */
export function simulated(
  kernel: Kernel,
  request: Omit<NullRequest, "draws">,
  value: number,
  limit: ((x: number) => number) | null,
  { elsewhere = 0, beneathGate = false }: Omit<SamplingOptions, "seed"> = {},
): SamplingTest {
  let test: SamplingTest = { pValue: 1, marks: [] };
  for (const draws of stages) {
    test = estimate(kernel, kernel.simulateNull({ ...request, draws }), value, limit);
    if (beneathGate || !test.marks.includes("tail") || test.pValue < beyondDoubt) break;
    // The larger p-value counts: ten times below the other one, more draws would change nothing.
    if (test.pValue < elsewhere / 10) break;
  }
  return test;
}

function estimate(
  kernel: Kernel,
  draws: Float64Array,
  value: number,
  limit: ((x: number) => number) | null,
): SamplingTest {
  const exceeding = draws.length - lowerBound(draws, value);
  if (exceeding >= enoughExceedances)
    return { pValue: (exceeding + 1) / (draws.length + 1), marks: ["simulated"] };
  const marks = ["simulated", "tail"];
  if (limit === null) return { pValue: gammaTail(kernel, draws, value), marks };
  const quantile = draws[Math.floor(0.99 * draws.length)];
  const stretch = quantile > 0 ? quantile / inverse(limit, 0.01) : 1;
  return { pValue: limit(value / Math.max(stretch, 1e-3)), marks };
}

/** Gamma with the draws' mean and variance: Pearson's type III approximation. */
function gammaTail(kernel: Kernel, draws: Float64Array, value: number): number {
  const mean = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (draws.length - 1);
  if (!(variance > 0)) return value > mean ? 0 : 1;
  return kernel.gammaQ((mean * mean) / variance, (value * mean) / variance);
}

/** The x at which a decreasing tail takes the value p. */
function inverse(tail: (x: number) => number, p: number): number {
  let low = 0;
  let high = 1;
  while (tail(high) > p && high < 1e300) high *= 2;
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The number of draws below the value; draws ascend. */
function lowerBound(draws: Float64Array, value: number): number {
  let low = 0;
  let high = draws.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Equal up to rounding counts as reached: discrete statistics repeat their values.
    if (draws[middle] < value * (1 - 1e-12)) low = middle + 1;
    else high = middle;
  }
  return low;
}
