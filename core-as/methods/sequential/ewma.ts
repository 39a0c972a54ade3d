/**
 * EWMA chart (Roberts 1959), two-sided on standardised values: an average in which each value weighs λ and everything
 * before it 1 − λ. It is a change when it lies further from the reference's mean than a limit times its own standard
 * deviation, √(λ/(2 − λ)). A small λ sees small changes, a large one sees sudden ones.
 *
 * The limit is computed from the average run length that is asked for when nothing changes, by the Markov chain of Brook
 * & Evans (1972) as Lucas & Saccucci (1990) apply it to this chart, for independent normal values and a reference whose
 * mean is known. An average of many values is nearly normal whatever they are, so that heavy tails matter less than for
 * CUSUM when λ is small.
 *
 * The statistic is the average's distance in its standard deviations. Cost: constant, after the limit is found. Edge
 * cases: no answer with a constant reference, which has no standard deviation to measure in.
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

export interface EwmaOptions extends Scale {
  /** λ: the weight of the latest value. */
  weight: number;
  /** Expected number of values to an alarm when nothing changes; sets the limit. */
  averageRunLength: number;
  /** In standard deviations of the average; null to compute it. */
  limit: number | null;
}

/** A common choice of textbooks, for comparison. */
export const textbookEwma: Partial<EwmaOptions> = { weight: 0.2, limit: 3 };

const defaults: EwmaOptions = { mean: 0, sd: 1, weight: 0.05, averageRunLength: 20_000, limit: null };

export interface EwmaState extends DetectorState {
  detector: "ewma";
  options: EwmaOptions;
  limit: number;
  average: number;
}

export function createEwma(kernel: Kernel, options: Partial<EwmaOptions> = {}): EwmaState {
  const all = { ...defaults, ...options };
  demand(all.weight >= 0.01 && all.weight <= 1, "the weight lies in 0.01 to 1");
  demand(all.averageRunLength >= 10 && all.averageRunLength <= 1e9, "run lengths lie in 10 to 1e9");
  demand(all.limit === null || (all.limit > 0 && all.limit < Infinity), "the limit is positive");
  const limit = all.limit ?? ewmaLimit(kernel, all.weight, all.averageRunLength);
  return { ...newState("ewma"), options: { ...all, ...scaleOf(all) }, limit, average: 0 };
}

export function updateEwma(_kernel: Kernel, state: EwmaState, value: number): Detection {
  const z = standardise(state.options, value);
  if (!isUsable(z)) return skip(state);
  if (state.drift) Object.assign(state, { rows: 0, average: 0 });
  state.rows++;
  const { weight } = state.options;
  state.average = (1 - weight) * state.average + weight * z;
  const distance = Math.abs(state.average) / deviationOf(weight);
  state.drift = distance >= state.limit;
  return detection(state, distance, state.limit);
}

/** Standard deviation of the average, once it has forgotten its start. */
const deviationOf = (weight: number): number => Math.sqrt(weight / (2 - weight));

export function ewmaLimit(kernel: Kernel, weight: number, averageRunLength: number): number {
  // What it would be if every value were looked at alone; an average needs a little less.
  const guess = 0.95 * kernel.normalPpf(1 - 0.5 / averageRunLength);
  return limitFor(kernel, averageRunLength, guess, (limit) => ewmaRunLength(kernel, weight, limit));
}

/** Average run length when values are normal with mean `shift` and standard deviation 1. */
export function ewmaRunLength(kernel: Kernel, weight: number, limit: number, shift = 0): number {
  return extrapolate(kernel, (cells) => onChain(kernel, weight, limit, shift, cells));
}

/** The average lies in one of so many cells of equal width, and stands for the cell's middle. */
function onChain(kernel: Kernel, weight: number, limit: number, shift: number, cells: number): number {
  const reach = limit * deviationOf(weight);
  const width = (2 * reach) / cells;
  const steps = new Float64Array(cells * cells);
  const exits = new Float64Array(cells);
  for (let from = 0; from < cells; from++) {
    const kept = (1 - weight) * (-reach + (from + 0.5) * width);
    const beyond = (border: number): number =>
      kernel.normalSf((-reach + border * width - kept) / weight - shift);
    let left = beyond(0);
    for (let to = 0; to < cells; to++) {
      const right = beyond(to + 1);
      steps[from * cells + to] = left - right;
      left = right;
    }
    exits[from] = left + kernel.normalSf((reach + kept) / weight + shift);
  }
  // An odd number of cells has one in the middle, where the chart starts.
  return expectedSteps(steps, exits, (cells - 1) / 2);
}
