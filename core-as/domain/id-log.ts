/**
 * A packed log of ids, sorted by their 64-bit hash, each id once. The same four columns hold predictions (value = score,
 * flag = predicted class) and labels (value = when the label was known, flag = the label).
 */
export interface IdLog {
  hi: Uint32Array;
  lo: Uint32Array;
  values: Float64Array;
  flags: Uint8Array;
}

/** Bytes of one entry in memory and, near enough, on disk. */
export const logEntryBytes = 17;

/** Whether the later of two entries with one id replaces the earlier. */
export type Replaces = (
  earlier: { value: number; flag: number },
  later: { value: number; flag: number },
) => boolean;

/** Predictions: the first wins, so that a label judges what was answered first. */
export const firstWins: Replaces = () => false;

/** Labels: the last by label time wins; at one time the positive one, so that order of arrival never matters. */
export const latestWins: Replaces = (earlier, later) =>
  later.value > earlier.value || (later.value === earlier.value && later.flag > earlier.flag);

export const emptyLog: IdLog = allocate(0);

function allocate(length: number): IdLog {
  return {
    hi: new Uint32Array(length),
    lo: new Uint32Array(length),
    values: new Float64Array(length),
    flags: new Uint8Array(length),
  };
}

/** Sorts entries as they came; of equal ids the rule decides, in their order. */
export function sortLog(unsorted: IdLog, replaces: Replaces): IdLog {
  const { length } = unsorted.hi;
  const order = Array.from({ length }, (_, index) => index);
  const { hi, lo } = unsorted;
  order.sort((a, b) => hi[a] - hi[b] || lo[a] - lo[b] || a - b);
  const sorted = allocate(length);
  let kept = 0;
  for (const index of order) kept = append(sorted, kept, unsorted, index, replaces);
  return cut(sorted, kept);
}

/** Merges logs given in order of arrival; linear in their entries times the logarithm of their number. */
export function mergeLogs(logs: readonly IdLog[], replaces: Replaces): IdLog {
  let round = logs.filter((log) => log.hi.length > 0);
  while (round.length > 1) {
    const merged: IdLog[] = [];
    for (let index = 0; index < round.length; index += 2) {
      const later = round[index + 1];
      merged.push(later === undefined ? round[index] : mergeTwo(round[index], later, replaces));
    }
    round = merged;
  }
  return round[0] ?? emptyLog;
}

function mergeTwo(a: IdLog, b: IdLog, replaces: Replaces): IdLog {
  const merged = allocate(a.hi.length + b.hi.length);
  let [atA, atB, kept] = [0, 0, 0];
  while (atA < a.hi.length || atB < b.hi.length) {
    const takeA = atB === b.hi.length || (atA < a.hi.length && compare(a, atA, b, atB) <= 0);
    kept = takeA ? append(merged, kept, a, atA++, replaces) : append(merged, kept, b, atB++, replaces);
  }
  return cut(merged, kept);
}

function compare(a: IdLog, atA: number, b: IdLog, atB: number): number {
  return a.hi[atA] - b.hi[atB] || a.lo[atA] - b.lo[atB];
}

function append(into: IdLog, kept: number, from: IdLog, index: number, replaces: Replaces): number {
  const last = kept - 1;
  if (last >= 0 && compare(into, last, from, index) === 0) {
    const earlier = { value: into.values[last], flag: into.flags[last] };
    const later = { value: from.values[index], flag: from.flags[index] };
    if (replaces(earlier, later)) [into.values[last], into.flags[last]] = [later.value, later.flag];
    return kept;
  }
  into.hi[kept] = from.hi[index];
  into.lo[kept] = from.lo[index];
  into.values[kept] = from.values[index];
  into.flags[kept] = from.flags[index];
  return kept + 1;
}

function cut(log: IdLog, length: number): IdLog {
  return sliceLog(log, 0, length);
}

export function sliceLog(log: IdLog, from: number, to: number): IdLog {
  return {
    hi: log.hi.subarray(from, to),
    lo: log.lo.subarray(from, to),
    values: log.values.subarray(from, to),
    flags: log.flags.subarray(from, to),
  };
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
  const picked = allocate(positions.length);
  positions.forEach((position, index) => append(picked, index, log, position, firstWins));
  return picked;
}
