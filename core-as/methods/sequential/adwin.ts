/**
 * ADWIN (Bifet & Gavaldà 2007): a window over the latest values that grows while nothing changes and drops its oldest part
 * when any cut of it into an older and a newer piece has means that differ by more than chance allows.
 *
 * The bound for pieces of n0 and n1 values is √(2 v m δ') + ⅔ m δ', with v the variance of the window,
 * m = 1/(n0 − s + 1) + 1/(n1 − s + 1) where s is the shortest piece, and δ' = ln(2 ln(n)/δ). The window is kept as an
 * exponential histogram: rows of at most `maxBuckets` buckets, those of row r hold 2^r values each, as a total and the
 * sum of squares around their mean, so that a window of n values takes about maxBuckets · log2(n) buckets.
 *
 * The statistic is the largest gap between means in units of its bound, at the latest look; above 1 is a change. ADWIN
 * keeps what is left of its window after a change. Input: any numbers; the second term of the bound is made for values
 * that span about 1, so that much smaller ones (a standard deviation of 0.01) are seen late: standardise those. Cost:
 * constant for most values, all cuts (about 5 log2 n) every `clock` values. `cuts: "river"` is for parity: River leaves
 * the newest bucket of every row out of the older piece, which loses cuts and counts old values as new ones.
 */
import type { Kernel } from "../../kernel/api.ts";
import {
  demand,
  type Detection,
  detection,
  type DetectorState,
  isUsable,
  newState,
  skip,
} from "./detector.ts";

export interface AdwinOptions {
  /** About the chance of a false alarm at one look. */
  delta: number;
  /** Values between looks. */
  clock: number;
  maxBuckets: number;
  /** Shortest piece that is compared. */
  minPiece: number;
  /** No look at windows of at most this many values. */
  grace: number;
  cuts: "all" | "river";
}

/** What River uses, cuts included. */
export const riverAdwin: AdwinOptions = {
  delta: 0.002,
  clock: 32,
  maxBuckets: 5,
  minPiece: 5,
  grace: 10,
  cuts: "river",
};

const defaults: AdwinOptions = { ...riverAdwin, cuts: "all" };

/** Buckets of 2^r values, oldest first: their totals, and the sums of squares around their means. */
export interface BucketRow {
  totals: number[];
  squares: number[];
}

export interface AdwinState extends DetectorState {
  detector: "adwin";
  options: AdwinOptions;
  /** Row 0 first, that of the newest values. */
  buckets: BucketRow[];
  /** The window: how many values, their total, and their sum of squares around their mean. */
  width: number;
  total: number;
  squares: number;
  /** The statistic of the latest look; null before the first. */
  latest: number | null;
}

export function createAdwin(_kernel: Kernel, options: Partial<AdwinOptions> = {}): AdwinState {
  const all = { ...defaults, ...options };
  demand(all.delta > 0 && all.delta < 1, "delta is a probability");
  for (const count of [all.clock, all.maxBuckets, all.minPiece])
    demand(Number.isInteger(count) && count > 0, "clock, maxBuckets and minPiece are whole numbers from 1");
  const window = { buckets: [{ totals: [], squares: [] }], width: 0, total: 0, squares: 0, latest: null };
  return { ...newState("adwin"), options: all, ...window };
}

export function updateAdwin(kernel: Kernel, state: AdwinState, value: number): Detection {
  if (!isUsable(value)) return skip(state);
  state.rows++;
  insert(state, value);
  const { clock, grace } = state.options;
  state.drift = false;
  if (state.rows % clock === 0 && state.width > grace)
    while (look(kernel, state)) {
      state.drift = true;
      dropOldest(state);
    }
  return detection(state, state.latest ?? NaN, 1);
}

/** The mean of the window: ADWIN's estimate of the present mean. */
export function adwinMean(state: AdwinState): number {
  return state.width > 0 ? state.total / state.width : NaN;
}

function insert(state: AdwinState, value: number): void {
  const { buckets, width } = state;
  buckets[0].totals.push(value);
  buckets[0].squares.push(0);
  if (width > 0) state.squares += between(width, state.total, 1, value);
  state.width++;
  state.total += value;
  // A row that is too full hands its two oldest buckets on as one.
  for (let row = 0; buckets[row].totals.length > state.options.maxBuckets; row++) {
    if (row + 1 === buckets.length) buckets.push({ totals: [], squares: [] });
    const [older, newer] = buckets[row].totals.splice(0, 2);
    const [squaresOlder, squaresNewer] = buckets[row].squares.splice(0, 2);
    const size = bucketSize(row);
    buckets[row + 1].totals.push(older + newer);
    buckets[row + 1].squares.push(squaresOlder + squaresNewer + between(size, older, size, newer));
  }
}

/** What two pieces have more of squares together than each around its own mean. */
function between(n: number, total: number, n2: number, total2: number): number {
  const gap = total / n - total2 / n2;
  return ((n * n2) / (n + n2)) * gap * gap;
}

function bucketSize(row: number): number {
  let size = 1;
  for (let i = 0; i < row; i++) size *= 2;
  return size;
}

function dropOldest(state: AdwinState): void {
  const row = state.buckets.length - 1;
  const oldest = state.buckets[row];
  const size = bucketSize(row);
  const [total] = oldest.totals.splice(0, 1);
  const [squares] = oldest.squares.splice(0, 1);
  state.width -= size;
  state.total -= total;
  // Rounding may take a sum of squares below nothing.
  const lost = squares + between(size, total, state.width, state.total);
  state.squares = Math.max(0, state.squares - lost);
  if (oldest.totals.length === 0 && row > 0) state.buckets.pop();
}

/** Tries all cuts, oldest first; true at the first whose means differ by more than the bound. */
function look(kernel: Kernel, state: AdwinState): boolean {
  const { buckets, width, total, options } = state;
  const confidence = kernel.log((2 * kernel.log(width)) / options.delta);
  const variance = state.squares / width;
  let [count, sum, most] = [0, 0, 0];
  for (let row = buckets.length - 1; row >= 0; row--) {
    const { totals } = buckets[row];
    const size = bucketSize(row);
    const used = totals.length - (options.cuts === "river" ? 1 : 0);
    for (let bucket = 0; bucket < used; bucket++) {
      count += size;
      sum += totals[bucket];
      const rest = width - count;
      if (count < options.minPiece || rest < options.minPiece) continue;
      const shortness = 1 / (count - options.minPiece + 1) + 1 / (rest - options.minPiece + 1);
      const bound = Math.sqrt(2 * shortness * variance * confidence) + (2 / 3) * confidence * shortness;
      const ratio = Math.abs(sum / count - (total - sum) / rest) / bound;
      most = Math.max(most, ratio);
      if (ratio > 1) {
        state.latest = ratio;
        return true;
      }
    }
  }
  // After a change the statistic is that of the cut that showed it, not what is left when its cause is gone.
  if (!state.drift) state.latest = most;
  return false;
}
