/** Samples to integers: counts and moments. */
import { type Arena, canonical } from "./arena.ts";
import { equalBins, withinSlots } from "./guards.ts";
import type { ColumnCounter, CountedColumn, Kernel, Moments, NumericCounts } from "./api.ts";

/** The edges and four histograms of the largest grid: see assembly/counting/edge-cells.ts. */
const gridBytes = 5 * 33600;
/** Four histograms: see assembly/counting/equal-width.ts. */
const binBytes = 4 * 33600;

type Counting = "columnCounter" | "countEdges" | "countEqualWidth" | "countValues" | "moments" | "profile";

export function counting({
  call,
  within,
  put,
  inBlocks,
  poke,
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, Counting> {
  const [edgeCells, countCells, equalWidth] = [
    call("edgeCells"),
    call("countCells"),
    call("countEqualWidth"),
  ];
  const [addMoments, exactMoments] = [call("addMoments"), call("moments")];

  /** Counts over a grid when there are enough values to pay for laying it, else by search: the same counts. */
  function count(
    values: Float64Array,
    borders: Float64Array,
    rows: Int32Array | undefined,
    distinct: 0 | 1,
    visited?: (at: number, length: number) => void,
  ): NumericCounts {
    const cells = borders.length + 1 - distinct;
    const out = room(cells + 4);
    const length = rows ? rows.length : values.length;
    const laid = put(borders);
    const separating = length >= borders.length ? edgeCells(laid, borders.length) : 0;
    const grid = gridFor(length, separating);
    const work = grid === 0 ? 0 : reserve(gridBytes);
    inBlocks(values, rows, (at, count, parts) => {
      countCells(at, count, laid, borders.length, distinct, grid, work, out, parts);
      visited?.(at, count);
    });
    const [unseen, missing, negInf, posInf] = take(out + 8 * cells, 4);
    return { cells: take(out, cells), missing, negInf, posInf, unseen };
  }

  function columnCounter(columns: readonly CountedColumn[], slots: number): ColumnCounter {
    withinSlots(columns, slots);
    const borders = new Float64Array(columns.reduce((sum, column) => sum + column.borders.length, 0));
    let at = 0;
    const prepared = columns.map((column) => {
      borders.set(column.borders, at);
      const { length } = column.borders;
      const separating = within(() => edgeCells(put(column.borders), length));
      const own = { at: 8 * at, length, distinct: column.kind === "values" ? 1 : 0, separating };
      at += length;
      return { ...own, out: 8 * column.offset };
    });
    return (values, rows) =>
      within(() => {
        const [out, laid, work] = [room(slots), put(borders), reserve(gridBytes)];
        prepared.forEach((column, index) => {
          const given = values[index];
          if (given === null) return;
          const grid = gridFor(rows ? rows.length : given.length, column.separating);
          const [from, into] = [laid + column.at, out + column.out];
          inBlocks(given, rows, (at, count, parts) =>
            countCells(at, count, from, column.length, column.distinct, grid, work, into, parts),
          );
        });
        return take(out, slots);
      });
  }

  const moments = (values: Float64Array): Moments =>
    within(() => {
      const out = room(8);
      exactMoments(put(values), values.length, out);
      return momentsOf(take(out, 8));
    });
  return {
    countEdges: (values, edges, rows) => within(() => count(values, edges, rows, 0)),
    countValues: (values, distinct, rows) => within(() => count(values, distinct, rows, 1)),
    columnCounter,
    countEqualWidth: (values, low, high, bins) => {
      equalBins(low, high, bins);
      return within(() => {
        const out = room(bins + 5);
        const work = reserve(binBytes);
        inBlocks(values, undefined, (at, count, parts) =>
          equalWidth(at, count, low, high, bins, work, out, parts),
        );
        const [missing, negInf, posInf, below, above] = take(out + 8 * bins, 5);
        return { cells: take(out, bins), missing, negInf, posInf, below, above, unseen: below + above };
      });
    },
    profile: (values, edges) => {
      const [both, whole] = within(() => {
        const state = room(6);
        poke(state + 24, Infinity);
        poke(state + 32, -Infinity);
        const counted = count(values, edges, undefined, 0, (at, length) => addMoments(at, length, state));
        return [counted, take(state, 6)] as const;
      });
      const [found, shift, beyond, min, max, squares] = whole;
      const { cells, missing, negInf, posInf } = both;
      if (found === 0)
        return { cells, missing, negInf, posInf, count: 0, mean: NaN, variance: NaN, min: NaN, max: NaN };
      // Squares beyond the range of a double are summed again at another scale.
      if (!Number.isFinite(squares)) return { ...moments(values), cells };
      const variance = min === max ? 0 : Math.max(0, squares / found);
      return {
        cells,
        missing,
        negInf,
        posInf,
        count: found,
        mean: min === max ? min : shift + beyond,
        variance,
        min,
        max,
      };
    },
    moments,
  };
}

/** The grid that separates the borders, or none where there are too few values to pay for laying it. */
const gridFor = (values: number, separating: number): number =>
  2 * values < Math.abs(separating) ? 0 : separating;

function momentsOf(result: Float64Array): Moments {
  const [count, missing, negInf, posInf, mean, variance, min, max] = [...result].map(canonical);
  return { count, missing, negInf, posInf, mean, variance, min, max };
}
