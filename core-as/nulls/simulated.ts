import type { Kernel, NullRequest } from "../kernel/api.ts";
import type { SamplingOptions, SamplingTest } from "./sampling.ts";

/** Few draws decide most cases; only what stays borderline gets all of them. */
const stages = [500, 2000, 10_000];
/** With fewer exceedances than this a simulated p-value is mostly noise: the tail is fitted instead. */
const enoughExceedances = 50;
/** p-values below this are far from every level that a policy can set. */
const beyondDoubt = 1e-9;

/** The shape that a statistic's tail has in the limit of many rows. */
export interface TailShape {
  /** From the statistic to the scale on which its tail is `tail`, ascending; with few rows to an affine function of it. */
  scale: (value: number) => number;
  /** A decreasing tail, P(Y > y). */
  tail: (y: number) => number;
}

/**
 * Norms of Gaussian gaps (wasserstein, total variation, the largest gap of shares): the logarithm of their tail falls with
 * the square (Fernique 1970).
 */
export const normTail = (kernel: Kernel): TailShape => ({
  scale: (value) => value * value,
  tail: (y) => kernel.exp(-y),
});

/**
 * A p-value by seeded simulation. Where too few draws exceed the value, the tail's limiting shape is shifted and stretched
 * so that it agrees with the simulation at one draw in ten and one in a hundred, and the result is marked `tail`.
 */
export function simulated(
  kernel: Kernel,
  request: Omit<NullRequest, "draws">,
  value: number,
  shape: TailShape,
  { elsewhere = 0, beneathGate = false, level = 1 }: Omit<SamplingOptions, "seed"> = {},
): SamplingTest {
  let test: SamplingTest = { pValue: 1, marks: [] };
  for (const draws of stages) {
    const drawn = kernel.simulateNull({ ...request, draws });
    test = estimate(drawn, value, shape);
    if (beneathGate || !test.marks.includes("tail") || test.pValue < beyondDoubt) break;
    if (isAbove(level, drawn.length - lowerBound(drawn, value), draws)) break;
    // The larger p-value counts: ten times below the other one, more draws would change nothing.
    if (test.pValue < elsewhere / 10) break;
  }
  return test;
}

/** More draws exceed than ever would if the p-value were at the level: less than once in ten thousand times (Poisson). */
function isAbove(level: number, exceeding: number, draws: number): boolean {
  const atLevel = level * draws;
  return exceeding > atLevel + 4 * Math.sqrt(atLevel) + 4;
}

function estimate(draws: Float64Array, value: number, shape: TailShape): SamplingTest {
  const exceeding = draws.length - lowerBound(draws, value);
  const simulatedP = (exceeding + 1) / (draws.length + 1);
  if (exceeding >= enoughExceedances) return { pValue: simulatedP, marks: ["simulated"] };
  // Never above what the draws themselves show.
  return { pValue: Math.min(fittedTail(draws, value, shape), simulatedP), marks: ["simulated", "tail"] };
}

function fittedTail(draws: Float64Array, value: number, { scale, tail }: TailShape): number {
  // Where few values are possible the draws repeat them: each is paired with the share of draws that reach it.
  const at = (p: number): { x: number; y: number } => {
    const draw = draws[Math.min(draws.length - 1, Math.floor((1 - p) * draws.length))];
    const reached = (draws.length - lowerBound(draws, draw)) / draws.length;
    return { x: scale(draw), y: inverse(tail, reached) };
  };
  const [common, rare] = [at(0.1), at(0.01)];
  // Both on one value: then only the stretch is known.
  const slope =
    rare.x > common.x ? (rare.y - common.y) / (rare.x - common.x) : rare.x > 0 ? rare.y / rare.x : 1;
  return tail(Math.max(0, rare.y + slope * (scale(value) - rare.x)));
}

/** The y at which a decreasing tail takes the value p. */
function inverse(tail: (y: number) => number, p: number): number {
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
