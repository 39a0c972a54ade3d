/**
 * Cells of a numeric feature (METHODS §2): edges at order statistics of the reference, ties merged, and a cell of its
 * own for every value that holds more than a cell's share. Few distinct values get one cell each, if the reference is
 * likely to hold all that there are.
 */
import type { QuantileCells, ValueCells } from "../domain/reference-cells.ts";

/** Cells of equal mass that a feature gets unless somebody asks for others. */
export const defaultBins = 120;

/**
 * @param sorted the finite values, ascending; at least one
 * @param bins how many cells of equal mass to aim at
 */
export function numericCells(sorted: Float64Array, bins: number): QuantileCells | ValueCells {
  const values = distinctUpTo(sorted, bins);
  const discrete = values !== null && isComplete(values.length, singletonsOf(sorted), sorted.length);
  return discrete ? { kind: "values", values } : quantileCells(sorted, bins);
}

/** Whether the distinct values of a sample are likely to be all that there are: one, or hardly any that stands alone. */
export const isComplete = (distinct: number, alone: number, n: number): boolean =>
  distinct === 1 || alone <= mostNew * n;

/** Largest share of values that the next rows may be expected to bring anew: as much as the smallest change that counts. */
const mostNew = 0.005;

/**
 * Values that stand alone. Their share estimates the share of the next rows that will have a value never seen before
 * (Good 1953, after Turing): a hundred measurements have few distinct values without being discrete.
 */
export function singletonsOf(sorted: Float64Array): number {
  let alone = 0;
  sorted.forEach((value, i) => {
    if (value !== sorted[i - 1] && value !== sorted[i + 1]) alone++;
  });
  return alone;
}

/** The distinct values, ascending, or null when there are more than `most`. −0 is 0. */
function distinctUpTo(sorted: Float64Array, most: number): number[] | null {
  const values: number[] = [];
  for (const value of sorted) {
    if (values.length > 0 && values[values.length - 1] === value) continue;
    if (values.length === most) return null;
    values.push(value === 0 ? 0 : value);
  }
  return values;
}

function quantileCells(sorted: Float64Array, bins: number): QuantileCells {
  const n = sorted.length;
  const min = sorted[0];
  const max = sorted[n - 1];
  const edges = new Set<number>();
  for (let k = 1; k < bins; k++) {
    // Inverted CDF: the smallest value with at least k/bins of the mass at or below it.
    const value = sorted[Math.ceil((k * n) / bins) - 1];
    edges.add(value);
  }
  for (const value of heavyValues(sorted, n / bins)) {
    // Below the lowest double there is nothing that a border could keep apart.
    if (value > -Number.MAX_VALUE) edges.add(nextDown(value));
    if (value < max) edges.add(value);
  }
  const ascending = [...edges].map((edge) => (edge === 0 ? 0 : edge)).sort((a, b) => a - b);
  const single = [...ascending, Infinity].map((edge, i): 0 | 1 =>
    i > 0 && i < ascending.length && nextDown(edge) === ascending[i - 1] ? 1 : 0,
  );
  return {
    kind: "quantile",
    edges: ascending,
    single,
    // Halves before the difference: values near both ends of a double are too far apart for one.
    widths: ascending.map(
      (edge, i) =>
        (ascending[i + 1] ?? Math.max(max, edge)) / 2 - (ascending[i - 1] ?? Math.min(min, edge)) / 2,
    ),
    deciles: decileIndices(sorted, ascending),
  };
}

/** Values that hold more than `mass` rows. */
function heavyValues(sorted: Float64Array, mass: number): number[] {
  const heavy: number[] = [];
  let start = 0;
  for (let i = 1; i <= sorted.length; i++) {
    if (i < sorted.length && sorted[i] === sorted[start]) continue;
    if (i - start > mass) heavy.push(sorted[start] === 0 ? 0 : sorted[start]);
    start = i;
  }
  return heavy;
}

/** For each tenth of the mass the first edge at or above it; ties leave fewer than nine. */
function decileIndices(sorted: Float64Array, edges: number[]): number[] {
  const indices = new Set<number>();
  for (let k = 1; k < 10; k++) {
    const value = sorted[Math.ceil((k * sorted.length) / 10) - 1];
    const index = edges.findIndex((edge) => edge >= value);
    if (index >= 0) indices.add(index);
  }
  return [...indices];
}

const bits = new DataView(new ArrayBuffer(8));

/** The largest double below a finite x. */
export function nextDown(x: number): number {
  if (x === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, x);
  bits.setBigInt64(0, bits.getBigInt64(0) + (x > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}
