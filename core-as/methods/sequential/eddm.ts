/**
 * EDDM, the early drift detection method (Baena-García, del Campo-Ávila, Fidalgo, Bifet, Gavaldà & Morales-Bueno 2006):
 * watches how many rows lie between one error of a model and the next. It keeps the largest value that mean + 2 standard
 * deviations of these distances has had; a present value well below it says that errors have come closer together.
 *
 * The statistic is present over largest; warning below `warningBelow`, drift below `driftBelow`. It changes with errors
 * only, and so do the flags: a warning lasts until the next error ends it. Cost: constant. Edge cases: nothing is said
 * before `warmUp` errors. The largest value is largest by chance, and early: with the paper's 0.95 and 0.9 false alarms
 * are very frequent, see docs/methods/sequential.md.
 */
import type { Kernel } from "../../kernel/api.ts";
import { demand, type Detection, detection, type DetectorState, newState, skip } from "./detector.ts";

export interface EddmOptions {
  /** Errors of which nothing is said, and rows at the start that set no largest value. */
  warmUp: number;
  warningBelow: number;
  driftBelow: number;
}

/** The paper's, and River's. */
export const riverEddm: EddmOptions = { warmUp: 30, warningBelow: 0.95, driftBelow: 0.9 };

/** Later and stricter: more than 10,000 rows between false alarms. */
const defaults: EddmOptions = { warmUp: 50, warningBelow: 0.85, driftBelow: 0.75 };

export interface EddmState extends DetectorState {
  detector: "eddm";
  options: EddmOptions;
  errors: number;
  /** Row of the latest error. */
  lastError: number;
  /** Distances between errors: mean, and sum of squares around it. */
  mean: number;
  squares: number;
  /** Largest mean + 2 standard deviations; null before there is one. */
  largest: number | null;
  /** The statistic at the latest error; null before there is one. */
  latest: number | null;
}

const nothingSeen = { rows: 0, errors: 0, lastError: 0, mean: 0, squares: 0, largest: null, latest: null };

export function createEddm(_kernel: Kernel, options: Partial<EddmOptions> = {}): EddmState {
  const all = { ...defaults, ...options };
  demand(all.warmUp >= 0, "the warm-up is not negative");
  demand(all.driftBelow > 0 && all.driftBelow <= all.warningBelow, "a warning comes before a drift");
  return { ...newState("eddm"), options: all, ...nothingSeen };
}

export function updateEddm(_kernel: Kernel, state: EddmState, value: number): Detection {
  if (value !== 0 && value !== 1) return skip(state);
  if (state.drift) Object.assign(state, nothingSeen, { drift: false, warning: false });
  state.rows++;
  if (value === 1) takeError(state);
  return detection(state, state.latest ?? NaN, state.options.driftBelow);
}

function takeError(state: EddmState): void {
  const { warmUp, warningBelow, driftBelow } = state.options;
  const distance = state.rows - state.lastError;
  state.lastError = state.rows;
  state.errors++;
  const before = distance - state.mean;
  state.mean += before / state.errors;
  state.squares += before * (distance - state.mean);
  if (state.rows <= warmUp) return;
  const deviation = state.errors > 1 ? Math.sqrt(state.squares / (state.errors - 1)) : 0;
  const present = state.mean + 2 * deviation;
  if (state.largest === null || present > state.largest) {
    // A new largest value ends no warning: River's rule, and the next error with a lower one decides anyway.
    state.largest = present;
    state.latest = 1;
  } else if (state.errors > warmUp) {
    state.latest = present / state.largest;
    state.drift = state.latest < driftBelow;
    // At a drift the warning stays as it was: it is the one that led there.
    if (!state.drift) state.warning = state.latest < warningBelow;
  }
}
