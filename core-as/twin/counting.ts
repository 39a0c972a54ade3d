/** Counting and moments in plain TypeScript, as anyone would write them. */
import type {
  ColumnCounter,
  CountedColumn,
  EqualWidthCounts,
  Moments,
  NumericCounts,
} from "../kernel/api.ts";
import { cellsOf, equalBins, withinSlots } from "../kernel/guards.ts";

/** The number of entries of ascending `edges` that lie below `x`. */
function below(edges: Float64Array, x: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function count(values: Float64Array, cells: number, cellOf: (x: number) => number): NumericCounts {
  const result = { cells: new Float64Array(cells), unseen: 0, missing: 0, negInf: 0, posInf: 0 };
  for (const x of values) {
    if (Number.isNaN(x)) result.missing++;
    else if (x === Infinity) result.posInf++;
    else if (x === -Infinity) result.negInf++;
    else {
      const cell = cellOf(x);
      if (cell < 0) result.unseen++;
      else result.cells[cell]++;
    }
  }
  return result;
}

const selected = (values: Float64Array, rows?: Int32Array): Float64Array =>
  rows ? Float64Array.from(rows, (row) => values[row]) : values;

export function countEdges(values: Float64Array, edges: Float64Array, rows?: Int32Array): NumericCounts {
  return count(selected(values, rows), edges.length + 1, (x) => below(edges, x));
}

export function countValues(values: Float64Array, distinct: Float64Array, rows?: Int32Array): NumericCounts {
  return count(selected(values, rows), distinct.length, (x) => {
    const cell = below(distinct, x);
    return distinct[cell] === x ? cell : -1;
  });
}

export function columnCounter(columns: readonly CountedColumn[], slots: number): ColumnCounter {
  withinSlots(columns, slots);
  return (values, rows) => {
    const counts = new Float64Array(slots);
    columns.forEach((column, index) => {
      const given = values[index];
      if (given === null) return;
      const count = column.kind === "edges" ? countEdges : countValues;
      const { cells, unseen, missing, negInf, posInf } = count(given, column.borders, rows);
      counts.set(cells, column.offset);
      counts.set([unseen, missing, negInf, posInf], column.offset + cellsOf(column));
    });
    return counts;
  };
}

export function countEqualWidth(
  values: Float64Array,
  low: number,
  high: number,
  bins: number,
): EqualWidthCounts {
  equalBins(low, high, bins);
  const scale = bins / (high - low);
  const inside = count(values, bins, (x) =>
    x < low || x > high ? -1 : Math.min(bins - 1, Math.floor((x - low) * scale)),
  );
  const below = values.filter((x) => x < low).length - inside.negInf;
  return { ...inside, below, above: inside.unseen - below };
}

/** Neumaier's compensated sum (1974). */
function exactSum(values: Float64Array): number {
  let sum = 0;
  let lost = 0;
  for (const x of values) {
    const next = sum + x;
    lost += Math.abs(sum) >= Math.abs(x) ? sum - next + x : x - next + sum;
    sum = next;
  }
  return sum + lost;
}

export function moments(values: Float64Array): Moments {
  const finite = values.filter(Number.isFinite);
  const missing = values.filter(Number.isNaN).length;
  const negInf = values.filter((x) => x === -Infinity).length;
  const posInf = values.length - finite.length - missing - negInf;
  const n = finite.length;
  if (n === 0) return { count: 0, missing, negInf, posInf, mean: NaN, variance: NaN, min: NaN, max: NaN };
  let min = Infinity;
  let max = -Infinity;
  for (const x of finite) {
    if (x < min) min = x;
    if (x > max) max = x;
  }
  // A power of two, so that scaling rounds nothing; no sum and no square leaves the range of a double.
  const scale = Math.max(-min, max) > 1e140 ? 2 ** -600 : 1;
  const scaled = finite.map((x) => x * scale);
  const mean = exactSum(scaled) / n;
  const slip = exactSum(scaled.map((x) => x - mean));
  const squares = exactSum(scaled.map((x) => (x - mean) ** 2));
  const variance = Math.max(0, (squares - (slip * slip) / n) / n);
  if (min === max) return { count: n, missing, negInf, posInf, mean: min, variance: 0, min, max };
  return {
    count: n,
    missing,
    negInf,
    posInf,
    mean: mean / scale,
    variance: variance / scale / scale,
    min,
    max,
  };
}

export function profile(values: Float64Array, edges: Float64Array): Moments & { cells: Float64Array } {
  return { ...moments(values), cells: countEdges(values, edges).cells };
}
