/**
 * What all detectors of change in a stream share (METHODS §6). A detector is a small state machine: `create…` makes its
 * state, `update…` takes one value, changes the state and says what it thinks. The state is plain data (numbers, texts,
 * booleans, arrays) that carries its options with it: after JSON and back it goes on exactly as if nothing had happened.
 *
 * A detector that has found a change starts afresh with the next value; until then its state can be looked at.
 * Values that are no numbers, or so large that their squares are none (beyond ±1e150), are counted as skipped and change
 * nothing else: their answer is undefined.
 */
import { type Result, result } from "../result.ts";

export interface Detection extends Result {
  /** A change is found, at this value. */
  drift: boolean;
  /** Something may be changing; only some detectors know this. */
  warning: boolean;
  /** What the statistic is held against; null where the detector has nothing to hold it against yet. */
  limit: number | null;
}

export interface DetectorState {
  /** Which detector this is the state of. */
  detector: string;
  /** Values taken since the detector started or started afresh. */
  rows: number;
  /** Values that were none, in all. */
  skipped: number;
  /** The last value completed a change: the next one starts afresh. */
  drift: boolean;
  /** Kept by detectors whose warning outlasts the value that gave it. */
  warning: boolean;
}

/** What every state starts from. */
export function newState<Name extends string>(detector: Name): DetectorState & { detector: Name } {
  return { detector, rows: 0, skipped: 0, drift: false, warning: false };
}

/** The state's answer: its flags with a statistic and what that is held against. */
export function detection(
  state: DetectorState,
  statistic: number,
  limit: number | null,
  pValue: number | null = null,
): Detection {
  return { ...result(statistic, { pValue }), drift: state.drift, warning: state.warning, limit };
}

/** The answer to a value that is none. */
export function skip(state: DetectorState): Detection {
  state.skipped++;
  return { ...result(NaN), drift: false, warning: false, limit: null };
}

/** Squares and their sums stay finite up to here. */
const largest = 1e150;

export function isUsable(value: number): boolean {
  return Math.abs(value) <= largest;
}

/** Errors of a model, or other values that are bounded: 0 to 1. */
export function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** How values are brought to mean 0 and standard deviation 1, by the reference's moments. */
export interface Scale {
  mean: number;
  sd: number;
}

/** NaN where there is no answer: the reference is constant or unknown, or the value is none. */
export function standardise({ mean, sd }: Scale, value: number): number {
  const z = (value - mean) / sd;
  return sd > 0 && isUsable(z) ? z : NaN;
}

/** A scale that JSON can keep: one that is not known becomes a standard deviation of 0, which standardises nothing. */
export function scaleOf({ mean, sd }: Scale): Scale {
  return Number.isFinite(mean) && Number.isFinite(sd) && sd > 0 ? { mean, sd } : { mean: 0, sd: 0 };
}

/** Misuse is told at once, when a detector is made. */
export function demand(fulfilled: boolean, what: string): void {
  if (!fulfilled) throw new RangeError(what);
}
