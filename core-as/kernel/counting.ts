/** Samples to integers: counts and moments. */
import { type Arena, canonical } from "./arena.ts";
import { equalBins } from "./guards.ts";
import type { Kernel, Moments, NumericCounts } from "./api.ts";

/** The edges, four histograms and ranks of the largest grid: see assembly/counting/edge-cells.ts. */
const gridBytes = 6 * 33600;
/** Four histograms: see assembly/counting/equal-width.ts. */
const binBytes = 4 * 33600;

export function counting({
  call,
  within,
  put,
  inBlocks,
  poke,
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, "countEdges" | "countEqualWidth" | "countValues" | "moments" | "profile"> {
  const edgeCells = call("edgeCells");
  const equalWidth = call("countEqualWidth");
  const ways = {
    edges: { search: call("countEdges"), gridded: call("countByEdgeCells") },
    values: { search: call("countDistinct"), gridded: call("countDistinctByEdgeCells") },
  };

  const [addMoments, exactMoments] = [call("addMoments"), call("moments")];

  /** Counts over a grid when there are enough values to pay for laying it, else by search: the same counts. */
  function count(
    { search, gridded }: (typeof ways)["edges"],
    values: Float64Array,
    edges: Float64Array,
    rows: Int32Array | undefined,
    cells: number,
    visited?: (at: number, length: number) => void,
  ): NumericCounts {
    const out = room(cells + 4);
    const length = rows ? rows.length : values.length;
    const borders = put(edges);
    const grid = length >= edges.length ? edgeCells(borders, edges.length) : 0;
    const searched = grid === 0 || 2 * length < Math.abs(grid);
    const work = searched ? 0 : reserve(gridBytes);
    inBlocks(values, rows, (at, count) => {
      if (searched) search(at, count, borders, edges.length, out);
      else gridded(at, count, borders, edges.length, grid, work, out);
      visited?.(at, count);
    });
    const apart = take(out + 8 * cells, 4);
    return {
      cells: take(out, cells),
      missing: apart[0],
      negInf: apart[1],
      posInf: apart[2],
      unseen: apart[3],
    };
  }

  const moments = (values: Float64Array): Moments =>
    within(() => {
      const out = room(8);
      exactMoments(put(values), values.length, out);
      return momentsOf(take(out, 8));
    });
  return {
    countEdges: (values, edges, rows) =>
      within(() => count(ways.edges, values, edges, rows, edges.length + 1)),
    countValues: (values, distinct, rows) =>
      within(() => count(ways.values, values, distinct, rows, distinct.length)),
    countEqualWidth: (values, low, high, bins) => {
      equalBins(low, high, bins);
      return within(() => {
        const out = room(bins + 5);
        const work = reserve(binBytes);
        inBlocks(values, undefined, (at, count) => equalWidth(at, count, low, high, bins, work, out));
        const [missing, negInf, posInf, below, above] = take(out + 8 * bins, 5);
        return { cells: take(out, bins), missing, negInf, posInf, below, above, unseen: below + above };
      });
    },
    profile: (values, edges) => {
      const [both, whole] = within(() => {
        const state = room(6);
        poke(state + 24, Infinity);
        poke(state + 32, -Infinity);
        const counted = count(ways.edges, values, edges, undefined, edges.length + 1, (at, length) =>
          addMoments(at, length, state),
        );
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

function momentsOf(result: Float64Array): Moments {
  const [count, missing, negInf, posInf, mean, variance, min, max] = [...result].map(canonical);
  return { count, missing, negInf, posInf, mean, variance, min, max };
}
