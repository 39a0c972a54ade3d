/**
 * CUSUM (Page 1954), two-sided on standardised values: adds up how far each value lies above the reference's mean by more
 * than k standard deviations, never below 0, and likewise below it. A sum at its limit is a change. Quickest, among all
 * with the same run length, on a jump of 2k standard deviations (Moustakides 1986).
 *
 * The limit is not a constant of the textbook but computed from the average run length that is asked for when nothing
 * changes, by the Markov chain of Brook & Evans (1972) for normal values; the usual k = 0.5 and limit 5 run 465 values
 * on average, and alarm in nine streams of ten within 1,000 values. That promise is for independent, normal values and a
 * reference whose mean is known: heavy tails and a small reference make it shorter (docs/methods/sequential.md).
 *
 * The statistic is the larger sum. Cost: constant, after the limit is found. Edge cases: no answer with a constant
 * reference, which has no standard deviation to measure in.
 */
import type { Kernel } from "../../kernel/api.ts";
import {
  demand,
  type Detection,
  detection,
  type DetectorState,
  isUsable,
  newState,
  type Scale,
  scaleOf,
  skip,
  standardise,
} from "./detector.ts";
import { expectedSteps, extrapolate, limitFor } from "./run-length-chain.ts";

export interface CusumOptions extends Scale {
  /** What a value may lie off without counting: half the smallest change worth noticing, in standard deviations. */
  k: number;
  /** Expected number of values to an alarm when nothing changes; sets the limit. */
  averageRunLength: number;
  /** In standard deviations; null to compute it. */
  limit: number | null;
}

/** The textbook's chart, for comparison. */
export const textbookCusum: Partial<CusumOptions> = { k: 0.5, limit: 5 };

const defaults: CusumOptions = { mean: 0, sd: 1, k: 0.25, averageRunLength: 20_000, limit: null };

export interface CusumState extends DetectorState {
  detector: "cusum";
  options: CusumOptions;
  limit: number;
  up: number;
  down: number;
}

export function createCusum(kernel: Kernel, options: Partial<CusumOptions> = {}): CusumState {
  const all = { ...defaults, ...options };
  demand(all.k >= 0.05 && all.k <= 3, "k lies in 0.05 to 3");
  demand(all.averageRunLength >= 10 && all.averageRunLength <= 1e9, "run lengths lie in 10 to 1e9");
  demand(all.limit === null || (all.limit > 0 && all.limit < Infinity), "the limit is positive");
  const limit = all.limit ?? cusumLimit(kernel, all.k, all.averageRunLength);
  return { ...newState("cusum"), options: { ...all, ...scaleOf(all) }, ...{ limit, up: 0, down: 0 } };
}

export function updateCusum(_kernel: Kernel, state: CusumState, value: number): Detection {
  const z = standardise(state.options, value);
  if (!isUsable(z)) return skip(state);
  if (state.drift) Object.assign(state, { rows: 0, up: 0, down: 0 });
  state.rows++;
  state.up = Math.max(0, state.up + z - state.options.k);
  state.down = Math.max(0, state.down - z - state.options.k);
  const sum = Math.max(state.up, state.down);
  state.drift = sum >= state.limit;
  return detection(state, sum, state.limit);
}

/** The limit of the two-sided chart. */
export function cusumLimit(kernel: Kernel, k: number, averageRunLength: number): number {
  // From Siegmund's approximation (1985): run length e^(2kb)/(2k²) with b = limit + 1.166, of one side.
  const guess = Math.max(0.5, kernel.log(1 + 4 * averageRunLength * k * k) / (2 * k) - 1.166);
  return limitFor(kernel, averageRunLength, guess, (limit) => cusumRunLength(kernel, k, limit));
}

/**
 * Average run length of the two-sided chart when values are normal with mean `shift` and standard deviation 1: that of
 * either side, their rates added (van Dobben de Bruyn 1968).
 */
export function cusumRunLength(kernel: Kernel, k: number, limit: number, shift = 0): number {
  const side = (drift: number): number =>
    extrapolate(kernel, (cells) => oneSided(kernel, drift, limit, cells));
  const up = side(k - shift);
  const down = shift === 0 ? up : side(k + shift);
  return 1 / (1 / up + 1 / down);
}

/** Cell 0 is the sum 0, with half a cell above it; the others are a cell wide, up to the limit. */
function oneSided(kernel: Kernel, drift: number, limit: number, cells: number): number {
  const width = limit / (cells - 0.5);
  // Chance that a value moves the sum up by more than (offset − ½) cells.
  const above = (offset: number): number => kernel.normalSf((offset - 0.5) * width + drift);
  const tails = Float64Array.from({ length: 2 * cells }, (_, i) => above(i - cells + 1));
  const tail = (offset: number): number => tails[offset + cells - 1];
  const steps = new Float64Array(cells * cells);
  for (let from = 0; from < cells; from++)
    for (let to = 0; to < cells; to++)
      steps[from * cells + to] = (to === 0 ? 1 : tail(to - from)) - tail(to - from + 1);
  const exits = Float64Array.from({ length: cells }, (_, from) => tail(cells - from));
  return expectedSteps(steps, exits, 0);
}
