/**
 * A reference where no raw sample is at hand: the cells of METHODS §2 laid out from a quantile sketch, and a sketch counted
 * into cells that are given.
 *
 * Laid out from a sketch, every edge is the end of one of its cells, so the sketch itself, any other of at least its
 * precision, and raw values count into these cells exactly. What is lost is only where the edges lie: each within one cell
 * of the sketch (2^−p of itself) of the order statistic that a sample would have given. More than a cell's share of zeros
 * gets a cell of its own, (−2^−1074, 0], as in a sample; another value that is as heavy is fenced in by its sketch cell, which may
 * hold neighbours too and is therefore not marked as single.
 *
 * Cells that were laid out otherwise, from a sample, cut through cells of the sketch: then counts have bounds.
 */
import type { QuantileCells } from "../../domain/reference-cells.ts";
import type { NumericCounts } from "../../kernel/api.ts";
import { highestOf, lastKey, lowestOf, middleOf } from "./float-bits.ts";
import { finiteCount, type QuantileSketch } from "./quantile-sketch.ts";

/**
 * @param sketch with at least one finite value
 * @param bins how many cells of equal mass to aim at
 */
export function cellsFromSketch(sketch: QuantileSketch, bins: number): QuantileCells {
  const { keys, counts, p } = sketch;
  const n = finiteCount(sketch);
  if (n === 0) throw new RangeError("cells need at least one finite value");
  if (!(Number.isSafeInteger(bins) && bins >= 1))
    throw new RangeError(`${bins} cells: there is at least one`);
  const min = lowestOf(keys[0], p);
  const max = highestOf(keys[keys.length - 1], p);
  const edges = new Set<number>();
  // Inverted CDF: the cell of the smallest value with at least this part of the mass at or below it.
  const endAt = (part: number, of: number): number =>
    highestOf(keys[cellAtRank(counts, Math.ceil((part * n) / of))], p);
  for (let k = 1; k < bins; k++) {
    const edge = endAt(k, bins);
    if (edge < max) edges.add(edge);
  }
  keys.forEach((key, i) => {
    if (counts[i] <= n / bins) return;
    if (key > -lastKey(p)) edges.add(highestOf(key - 1, p));
    edges.add(highestOf(key, p));
  });
  const ascending = [...edges].sort((a, b) => a - b);
  return {
    kind: "quantile",
    edges: ascending,
    single: [...ascending, Infinity].map((edge, i): 0 | 1 =>
      edge === 0 && i > 0 && ascending[i - 1] === -Number.MIN_VALUE ? 1 : 0,
    ),
    widths: ascending.map(
      (edge, i) =>
        (ascending[i + 1] ?? Math.max(max, edge)) / 2 - (ascending[i - 1] ?? Math.min(min, edge)) / 2,
    ),
    deciles: decileIndices(ascending, (tenth) => endAt(tenth, 10)),
  };
}

/** Index of the cell with the value of this rank, from 1. */
function cellAtRank(counts: Float64Array, rank: number): number {
  let at = 0;
  let upTo = counts[0];
  while (upTo < rank && at < counts.length - 1) upTo += counts[++at];
  return at;
}

/** For each tenth of the mass the first edge at or above it; ties leave fewer than nine. */
function decileIndices(edges: number[], endAt: (tenth: number) => number): number[] {
  const indices = new Set<number>();
  for (let k = 1; k < 10; k++) {
    const value = endAt(k);
    const index = edges.findIndex((edge) => edge >= value);
    if (index >= 0) indices.add(index);
  }
  return [...indices];
}

export interface BoundedCounts extends NumericCounts {
  /** In `cells` a cut sketch cell counts where its middle lies: whole numbers, and none is lost. */
  cells: Float64Array;
  /** What the sample behind the sketch had in each cell for certain, and at most. */
  low: Float64Array;
  high: Float64Array;
}

/** Counts a sketch into the right-closed cells `(edges[i−1], edges[i]]`, outer cells open; `edges` ascend strictly. */
export function countSketch(sketch: QuantileSketch, edges: Float64Array): BoundedCounts {
  const { keys, counts, p, missing, negInf, posInf } = sketch;
  const [cells, low, high] = [0, 1, 2].map(() => new Float64Array(edges.length + 1));
  keys.forEach((key, i) => {
    const first = cellOf(edges, lowestOf(key, p));
    const last = cellOf(edges, highestOf(key, p));
    const middle = cellOf(edges, middleOf(key, p));
    cells[middle] = cells[middle] + counts[i];
    if (first === last) low[first] = low[first] + counts[i];
    for (let cell = first; cell <= last; cell++) high[cell] = high[cell] + counts[i];
  });
  return { cells, low, high, unseen: 0, missing, negInf, posInf };
}

/** The number of edges below x: the cell it is counted in. */
function cellOf(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}
