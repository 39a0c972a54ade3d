/**
 * KSWIN (Raab, Heusinger & Schleif 2020): keeps a window of the latest values and compares its newest part with as many
 * values drawn at random, without replacement, from the rest of it, by the two-sample Kolmogorov–Smirnov test.
 *
 * The p-value is exact for two samples of equal size r without ties (Gnedenko & Korolyuk 1951):
 * P(gap ≥ k/r) = 2 Σ (−1)^(i−1) C(2r, r − i k)/C(2r, r); with ties it errs to the large side. Drift where it is at most α
 * and the gap above `minGap`. The statistic is the gap. After a change only the newest part is kept.
 *
 * The draw depends on the seed and on how many values came before, and on nothing else, so that a stored state goes on
 * alike. α is for one look: looking after every value at α = 0.005 is a false alarm every few hundred values
 * (docs/methods/sequential.md). Input: anything, no scale needed. Cost: two sorts of r values at every look.
 */
import type { Kernel } from "../../kernel/api.ts";
import { randomSource } from "../seeded-random.ts";
import {
  demand,
  type Detection,
  detection,
  type DetectorState,
  isUsable,
  newState,
  skip,
} from "./detector.ts";

export interface KswinOptions {
  /** Level of one look. */
  alpha: number;
  /** Values that are kept. */
  window: number;
  /** Newest values, and as many drawn from the older ones. */
  newest: number;
  /** Values between looks. */
  clock: number;
  minGap: number;
  /** Unsigned 32 bits. */
  seed: number;
}

/** River's, but for its source of chance. */
export const riverKswin: KswinOptions = {
  ...{ alpha: 0.005, window: 100, newest: 30, clock: 1, minGap: 0.1 },
  seed: 1,
};

/** Longer pieces, fewer looks and a stricter level: more than 10,000 values between false alarms. */
const defaults: KswinOptions = {
  ...{ alpha: 0.0005, window: 600, newest: 200, clock: 10, minGap: 0.1 },
  seed: 1,
};

export interface KswinState extends DetectorState {
  detector: "kswin";
  options: KswinOptions;
  /** Values ever taken: what the draws depend on, with the seed. */
  seen: number;
  /** Oldest first. */
  values: number[];
  /** The gap of the latest look, in r-ths; null before the first. */
  latest: number | null;
}

export function createKswin(_kernel: Kernel, options: Partial<KswinOptions> = {}): KswinState {
  const all = { ...defaults, ...options };
  demand(all.alpha > 0 && all.alpha < 1, "alpha is a probability");
  for (const count of [all.window, all.newest, all.clock])
    demand(Number.isInteger(count) && count > 0, "window, newest and clock are whole numbers from 1");
  demand(all.window >= 2 * all.newest, "the older part is at least as long as the newest");
  return { ...newState("kswin"), options: all, seen: 0, values: [], latest: null };
}

export function updateKswin(kernel: Kernel, state: KswinState, value: number): Detection {
  if (!isUsable(value)) return skip(state);
  const { alpha, window, newest, clock, minGap } = state.options;
  if (state.drift) Object.assign(state, { rows: 0, latest: null, drift: false });
  state.rows++;
  state.seen++;
  state.values.push(value);
  if (state.values.length > window) state.values.shift();
  if (state.values.length === window && state.seen % clock === 0) state.latest = look(kernel, state);
  if (state.latest === null) return detection(state, NaN, null);
  const pValue = equalSizesP(newest, state.latest);
  state.drift = pValue <= alpha && state.latest / newest > minGap;
  if (state.drift) state.values.splice(0, window - newest);
  return detection(state, state.latest / newest, null, pValue);
}

/** The gap between the newest values and a draw of older ones, in r-ths. */
function look(kernel: Kernel, { options, seen, values }: KswinState): number {
  const { newest, seed } = options;
  const older = values.slice(0, values.length - newest);
  // One seed for each look, far from those of detectors whose own seeds are neighbours.
  const source = randomSource(kernel, (Math.imul(seed, 0x9e3779b1) + seen) >>> 0);
  for (let drawn = 0; drawn < newest; drawn++) {
    const other = drawn + source.integer(older.length - drawn);
    [older[drawn], older[other]] = [older[other], older[drawn]];
  }
  const first = Float64Array.from(older.slice(0, newest)).sort();
  const second = Float64Array.from(values.slice(-newest)).sort();
  let [i, j, most] = [0, 0, 0];
  while (i < newest && j < newest) {
    const next = Math.min(first[i], second[j]);
    while (i < newest && first[i] <= next) i++;
    while (j < newest && second[j] <= next) j++;
    most = Math.max(most, Math.abs(i - j));
  }
  return most;
}

/** P(gap ≥ k/r) for two samples of r values each from one continuous distribution. */
export function equalSizesP(r: number, k: number): number {
  if (k <= 0) return 1;
  let [sum, share] = [0, 1];
  for (let step = 1; step <= r; step++) {
    // C(2r, r − step)/C(2r, r), from the one before.
    share *= (r - step + 1) / (r + step);
    if (step % k === 0) sum += (step / k) % 2 === 1 ? share : -share;
  }
  return Math.min(1, 2 * sum);
}
