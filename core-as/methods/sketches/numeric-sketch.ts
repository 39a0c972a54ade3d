/**
 * A quantile sketch that chooses its own precision: cells as fine as fit into its room. Where values crowd far from zero
 * (a pressure of 1013 ± 10, the years around 2000) few fine cells hold them all, and where they spread over octaves on both
 * sides of zero cells become coarser, so neither a range nor a precision has to be known beforehand.
 *
 * The precision is a function of the values alone, the finest with no more cells in use than there is room for: a part of
 * the values never needs a coarser one than all of them. So merging, at the coarser of two precisions and then as much
 * coarser as the room asks for, still commutes and associates, and gives the sketch of all rows together whatever order,
 * batches or shards they came in. The least and the greatest value, and whether all are whole numbers, merge likewise.
 *
 * Whole numbers in cells no wider than one are known exactly: then the sketch is a table of values and their counts.
 */
import { gather } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { coarsestPrecision, finestPrecision, highestOf, keyOf, lowestOf } from "./float-bits.ts";
import { coarserCells, type QuantileSketch, rowCount } from "./quantile-sketch.ts";

export interface NumericSketch extends QuantileSketch {
  readonly kind: "numeric";
  /** Of the finite values; Infinity and −Infinity where there are none. */
  readonly min: number;
  readonly max: number;
  /** Whether every finite value is a whole number. */
  readonly whole: boolean;
}

export const emptyNumbers = (): NumericSketch => ({
  kind: "numeric",
  p: finestPrecision,
  keys: new Float64Array(),
  counts: new Float64Array(),
  ...{ missing: 0, negInf: 0, posInf: 0 },
  ...{ min: Infinity, max: -Infinity, whole: true },
});

/**
 * @param room cells in use, at most; at least 3
 * @param rows of `values`; all when left out
 */
export function sketchNumbers(
  kernel: Kernel,
  values: Float64Array,
  room: number,
  rows?: Int32Array,
): NumericSketch {
  const picked = rows ? gather(values, rows) : values;
  const sorted = kernel.sortFinite(picked);
  let [missing, negInf, posInf] = [0, 0, 0];
  if (sorted.length < picked.length)
    for (const value of picked)
      if (Number.isNaN(value)) missing++;
      else if (value === -Infinity) negInf++;
      else if (value === Infinity) posInf++;
  const listed = { missing, negInf, posInf };
  if (sorted.length === 0) return { ...emptyNumbers(), ...listed };
  const p = finestWithin(sorted, room);
  // Zeros of either sign are one value.
  const [min, max] = [sorted[0] + 0, sorted[sorted.length - 1] + 0];
  return { kind: "numeric", p, ...cellsOf(sorted, p), ...listed, min, max, whole: sorted.every(isWhole) };
}

const isWhole = (value: number): boolean => Number.isInteger(value);

function cellsOf(sorted: Float64Array, p: number): { keys: Float64Array; counts: Float64Array } {
  const [keys, counts] = [new Float64Array(sorted.length), new Float64Array(sorted.length)];
  let last = -1;
  for (const value of sorted) {
    const key = keyOf(value, p) + 0;
    if (last < 0 || keys[last] !== key) keys[++last] = key;
    counts[last]++;
  }
  return { keys: keys.slice(0, last + 1), counts: counts.slice(0, last + 1) };
}

function finestWithin(sorted: Float64Array, room: number): number {
  if (sorted.length <= room) return finestPrecision;
  let [fits, above] = [coarsestPrecision, finestPrecision + 1];
  while (above - fits > 1) {
    const p = (fits + above) >> 1;
    if (cellsInUse(sorted, p) <= room) fits = p;
    else above = p;
  }
  return fits;
}

function cellsInUse(sorted: Float64Array, p: number): number {
  let [cells, before] = [0, NaN];
  for (const value of sorted) {
    const key = keyOf(value, p);
    if (key !== before) cells++;
    before = key;
  }
  return cells;
}

/** The sketch of both together. */
export function mergeNumbers(a: NumericSketch, b: NumericSketch, room: number): NumericSketch {
  const p = Math.min(a.p, b.p);
  const merged: NumericSketch = {
    kind: "numeric",
    p,
    ...summed(coarsened(a, p), coarsened(b, p)),
    missing: a.missing + b.missing,
    negInf: a.negInf + b.negInf,
    posInf: a.posInf + b.posInf,
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
    whole: a.whole && b.whole,
  };
  if (!Number.isSafeInteger(rowCount(merged)))
    throw new RangeError("a sketch counts up to 2^53 rows: beyond that sums would no longer be exact");
  return withinRoom(merged, room);
}

/** The same values in coarser cells. */
export function coarsened(sketch: NumericSketch, p: number): NumericSketch {
  if (p > sketch.p) throw new RangeError(`a sketch of ${sketch.p} bits has no ${p} bits of detail`);
  let { keys, counts } = sketch;
  for (let bits = sketch.p; bits > p; bits--) [keys, counts] = coarserCells(keys, counts);
  return { ...sketch, p, keys, counts };
}

function withinRoom(sketch: NumericSketch, room: number): NumericSketch {
  let { p, keys, counts } = sketch;
  for (; keys.length > room && p > coarsestPrecision; p--) [keys, counts] = coarserCells(keys, counts);
  return { ...sketch, p, keys, counts };
}

function summed(a: NumericSketch, b: NumericSketch): { keys: Float64Array; counts: Float64Array } {
  const most = a.keys.length + b.keys.length;
  const [keys, counts] = [new Float64Array(most), new Float64Array(most)];
  let [i, j, found] = [0, 0, 0];
  while (i < a.keys.length || j < b.keys.length) {
    const [left, right] = [a.keys[i] ?? Infinity, b.keys[j] ?? Infinity];
    keys[found] = Math.min(left, right);
    if (left <= right) counts[found] += a.counts[i++];
    if (right <= left) counts[found] += b.counts[j++];
    found++;
  }
  return { keys: keys.slice(0, found), counts: counts.slice(0, found) };
}

/** The values themselves, ascending, one a cell, where the cells tell them for certain; null where they do not. */
export function exactValues(sketch: NumericSketch): Float64Array | null {
  const { p, keys, whole, min, max } = sketch;
  if (keys.length === 0) return new Float64Array();
  if (min === max) return Float64Array.of(min);
  // Up to 2^(p+1) cells are at most one wide, and end, away from zero, at the whole number they hold.
  if (!whole || p < 0 || Math.max(-min, max) > 2 << p) return null;
  return keys.map((key) => (key < 0 ? lowestOf(key, p) : highestOf(key, p)));
}
