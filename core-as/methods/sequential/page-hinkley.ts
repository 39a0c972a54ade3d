/**
 * Page–Hinkley test (Page 1954; Hinkley 1971): adds up how far each value lies above the mean of the stream so far, less a
 * tolerance δ, never below 0; a sum that reaches the limit λ is a change. Downwards likewise.
 *
 * The sums are in the unit of the values, so that one limit cannot suit all features: on values of standard deviation 10
 * the usual limit of 50 alarms all the time. Here values are standardised by the reference first, both directions are
 * watched, and the limit is set for standardised values (docs/methods/sequential.md has the measured run lengths).
 * `riverPageHinkley` is River's variant: upwards only, values as they come.
 *
 * The statistic is the larger sum. Cost: constant. The mean is that of the stream, not of the reference: a stream that
 * was off from its start is not noticed; CUSUM does that.
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

export interface PageHinkleyOptions extends Scale {
  /** No alarm before this many values. */
  minRows: number;
  /** Half the smallest change worth noticing. */
  delta: number;
  limit: number;
  /** What is kept of a sum from one value to the next. */
  forgetting: number;
  sides: "up" | "both";
}

/** River's; its counter starts at 1, so that its 30 instances are 29 values. */
export const riverPageHinkley: PageHinkleyOptions = {
  ...{ mean: 0, sd: 1, minRows: 29, delta: 0.005, limit: 50, forgetting: 0.9999 },
  sides: "up",
};

const defaults: PageHinkleyOptions = {
  ...{ mean: 0, sd: 1, minRows: 30, delta: 0.2, limit: 20, forgetting: 0.9999 },
  sides: "both",
};

export interface PageHinkleyState extends DetectorState {
  detector: "page-hinkley";
  options: PageHinkleyOptions;
  /** Mean of the standardised values so far. */
  mean: number;
  up: number;
  down: number;
}

export function createPageHinkley(
  _kernel: Kernel,
  options: Partial<PageHinkleyOptions> = {},
): PageHinkleyState {
  const all = { ...defaults, ...options };
  demand(all.limit > 0 && all.limit < Infinity, "the limit is positive");
  demand(all.delta >= 0 && all.delta < Infinity, "delta is not negative");
  demand(all.forgetting > 0 && all.forgetting <= 1, "forgetting lies in (0, 1]");
  return {
    ...newState("page-hinkley"),
    options: { ...all, ...scaleOf(all) },
    ...{ mean: 0, up: 0, down: 0 },
  };
}

export function updatePageHinkley(_kernel: Kernel, state: PageHinkleyState, value: number): Detection {
  const { options } = state;
  const z = standardise(options, value);
  if (!isUsable(z)) return skip(state);
  if (state.drift) Object.assign(state, { rows: 0, mean: 0, up: 0, down: 0 });
  state.rows++;
  state.mean += (z - state.mean) / state.rows;
  state.up = Math.max(0, options.forgetting * state.up + (z - state.mean - options.delta));
  state.down = Math.max(0, options.forgetting * state.down - (z - state.mean + options.delta));
  const sum = options.sides === "both" ? Math.max(state.up, state.down) : state.up;
  state.drift = state.rows >= options.minRows && sum >= options.limit;
  return detection(state, sum, options.limit);
}
