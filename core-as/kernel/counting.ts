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
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, "countEdges" | "countEqualWidth" | "countValues" | "moments"> {
  const edgeCells = call("edgeCells");
  const equalWidth = call("countEqualWidth");
  const ways = {
    edges: { search: call("countEdges"), gridded: call("countByEdgeCells") },
    values: { search: call("countDistinct"), gridded: call("countDistinctByEdgeCells") },
  };

  /** Counts over a grid when there are enough values to pay for laying it, else by search: the same counts. */
  function count(
    { search, gridded }: (typeof ways)["edges"],
    values: Float64Array,
    edges: Float64Array,
    rows: Int32Array | undefined,
    cells: number,
  ): NumericCounts {
    const out = room(cells + 4);
    const length = rows ? rows.length : values.length;
    const borders = put(edges);
    const grid = length >= 4 * edges.length ? edgeCells(borders, edges.length) : 0;
    const searched = grid === 0 || length < 2 * Math.abs(grid);
    const work = searched ? 0 : reserve(gridBytes);
    inBlocks(values, rows, (at, count) => {
      if (searched) search(at, count, borders, edges.length, out);
      else gridded(at, count, borders, edges.length, grid, work, out);
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
    moments: (values) =>
      within(() => {
        const out = room(8);
        call("moments")(put(values), values.length, out);
        return momentsOf(take(out, 8));
      }),
  };
}

function momentsOf(result: Float64Array): Moments {
  const [count, missing, negInf, posInf, mean, variance, min, max] = [...result].map(canonical);
  return { count, missing, negInf, posInf, mean, variance, min, max };
}
