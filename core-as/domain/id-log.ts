import { orderOfIds } from "./id-order.ts";
import { positionOf } from "./position.ts";

/**
 * A packed log of ids, sorted by their 64-bit hash, each id once, with a few numbers beside each. Predictions keep their
 * decision, scores, segments, time and number of sendings (see outcomes.ts), labels the time they were known and what they
 * say.
 */
export interface IdLog {
  hi: Uint32Array;
  lo: Uint32Array;
  /** Numbers an entry; the same in all logs that are merged. */
  width: number;
  /** Entry by entry. */
  values: Float64Array;
}

/** Bytes of one entry in memory, and at most on disk. */
export const logEntryBytes = (width: number): number => 8 + 8 * width;

/** Makes one of two entries with one id, given by their numbers: changes the first to it. */
export type Resolve = (kept: Float64Array, other: Float64Array) => void;

/** For logs that share no id. */
export const keepFirst: Resolve = () => undefined;

/**
 * Predictions `[…answers, timeMs, sendings]`: the first by its own time wins, so that a label judges what was answered first;
 * at one time the greater, so that order of arrival never matters. Sendings add up.
 */
export const firstWins: Resolve = (kept, other) => {
  const last = kept.length - 1;
  const sendings = kept[last] + other[last];
  if (
    other[last - 1] < kept[last - 1] ||
    (other[last - 1] === kept[last - 1] && isGreater(other, kept, last))
  )
    kept.set(other);
  kept[last] = sendings;
};

/** Of predictions `[sendings]`. */
export const addUp: Resolve = (kept, other) => {
  kept[0] += other[0];
};

/** Labels `[timeMs, label, …]`: the last by label time wins; at one time the greater, so that order of arrival never matters. */
export const latestWins: Resolve = (kept, other) => {
  if (isGreater(other, kept, kept.length)) kept.set(other);
};

/** By the first of their leading numbers that differs; what is missing is the least. */
function isGreater(a: Float64Array, b: Float64Array, numbers: number): boolean {
  for (let at = 0; at < numbers; at++) {
    if (a[at] === b[at] || (Number.isNaN(a[at]) && Number.isNaN(b[at]))) continue;
    return a[at] > b[at] || Number.isNaN(b[at]);
  }
  return false;
}

export const emptyLog: IdLog = allocateLog(0, 0);

export function allocateLog(length: number, width: number): IdLog {
  return {
    hi: new Uint32Array(length),
    lo: new Uint32Array(length),
    width,
    values: new Float64Array(length * width),
  };
}

/** The numbers of one entry, in place. */
export function entryOf({ values, width }: IdLog, index: number): Float64Array {
  return values.subarray(index * width, (index + 1) * width);
}

/** The ids of a log, without what is known of them. */
export function idsOf({ hi, lo }: IdLog): IdLog {
  return { hi, lo, width: 0, values: new Float64Array(0) };
}

/** Of predictions only how often each was sent. */
export function sendingsOf({ hi, lo, width, values }: IdLog): IdLog {
  return { hi, lo, width: 1, values: Float64Array.from(hi, (_, entry) => values[(entry + 1) * width - 1]) };
}

/** Sorts entries as they came; of equal ids the rule makes one. */
export function sortLog(unsorted: IdLog, resolve: Resolve): IdLog {
  const { length } = unsorted.hi;
  if (length === 0) return emptyLog;
  const sorted = allocateLog(length, unsorted.width);
  let kept = 0;
  for (const index of orderOfIds(unsorted.hi, unsorted.lo))
    kept = append(sorted, kept, unsorted, index, resolve);
  return sliceLog(sorted, 0, kept);
}

/** Merges logs, short ones first; linear in their entries times the logarithm of their number. */
export function mergeLogs(logs: readonly IdLog[], resolve: Resolve): IdLog {
  let round = logs.filter((log) => log.hi.length > 0).sort((a, b) => a.hi.length - b.hi.length);
  while (round.length > 1) {
    const merged: IdLog[] = [];
    for (let index = 0; index < round.length; index += 2) {
      const later = round[index + 1];
      merged.push(later === undefined ? round[index] : mergeTwo(round[index], later, resolve));
    }
    round = merged;
  }
  return round[0] ?? emptyLog;
}

function mergeTwo(a: IdLog, b: IdLog, resolve: Resolve): IdLog {
  if (a.width !== b.width) throw new RangeError(`logs of ${a.width} and ${b.width} numbers an entry`);
  const merged = allocateLog(a.hi.length + b.hi.length, a.width);
  let [atA, atB, kept] = [0, 0, 0];
  // Each of them has an id once.
  for (; atA < a.hi.length && atB < b.hi.length; kept++) {
    const order = compare(a, atA, b, atB);
    copyEntry(merged, kept, order <= 0 ? a : b, order <= 0 ? atA : atB);
    if (order === 0) resolve(entryOf(merged, kept), entryOf(b, atB));
    if (order <= 0) atA++;
    if (order >= 0) atB++;
  }
  kept = appendAll(merged, kept, sliceLog(a, atA, a.hi.length));
  kept = appendAll(merged, kept, sliceLog(b, atB, b.hi.length));
  return sliceLog(merged, 0, kept);
}

function compare(a: IdLog, atA: number, b: IdLog, atB: number): number {
  return a.hi[atA] - b.hi[atB] || a.lo[atA] - b.lo[atB];
}

function append(into: IdLog, kept: number, from: IdLog, index: number, resolve: Resolve): number {
  const last = kept - 1;
  if (last >= 0 && compare(into, last, from, index) === 0) {
    resolve(entryOf(into, last), entryOf(from, index));
    return kept;
  }
  copyEntry(into, kept, from, index);
  return kept + 1;
}

function copyEntry(into: IdLog, place: number, { hi, lo, values }: IdLog, index: number): void {
  const { width } = into;
  into.hi[place] = hi[index];
  into.lo[place] = lo[index];
  for (let at = 0; at < width; at++) into.values[place * width + at] = values[index * width + at];
}

function appendAll(into: IdLog, place: number, { hi, lo, values }: IdLog): number {
  into.hi.set(hi, place);
  into.lo.set(lo, place);
  into.values.set(values, place * into.width);
  return place + hi.length;
}

export function sliceLog(log: IdLog, from: number, to: number): IdLog {
  return {
    hi: log.hi.subarray(from, to),
    lo: log.lo.subarray(from, to),
    width: log.width,
    values: log.values.subarray(from * log.width, to * log.width),
  };
}

/** The entries whose hash begins with a number in [from, to). */
export function sliceIds(log: IdLog, from: number, to: number): IdLog {
  return sliceLog(log, positionOf(log.hi, from), positionOf(log.hi, to));
}

/** Pairs of positions (in `a`, in `b`) of the ids that both logs hold. */
export function joinLogs(a: IdLog, b: IdLog): { inA: Int32Array; inB: Int32Array } {
  const most = Math.min(a.hi.length, b.hi.length);
  const [inA, inB] = [new Int32Array(most), new Int32Array(most)];
  let [atA, atB, found] = [0, 0, 0];
  while (atA < a.hi.length && atB < b.hi.length) {
    const order = compare(a, atA, b, atB);
    if (order === 0) {
      inA[found] = atA++;
      inB[found++] = atB++;
    } else if (order < 0) atA++;
    else atB++;
  }
  return { inA: inA.subarray(0, found), inB: inB.subarray(0, found) };
}

/** The entries of a log at the given ascending positions. */
export function pickLog(log: IdLog, positions: readonly number[]): IdLog {
  const picked = allocateLog(positions.length, log.width);
  positions.forEach((position, index) => append(picked, index, log, position, keepFirst));
  return picked;
}
