/** Samples to integers: counts and moments. */
import { type Arena, canonical } from "./arena.ts";
import type { Kernel, Moments, NumericCounts } from "./api.ts";

/** See assembly/counting/edge-cells.ts. */
const gridCellBytes = 44;

export function counting({
  call,
  within,
  put,
  room,
  reserve,
  take,
}: Arena): Pick<Kernel, "countEdges" | "countValues" | "moments"> {
  /** Counts over a grid when there are enough values to pay for laying it, else by search: the same counts. */
  function count(
    search: string,
    gridded: string,
    values: Float64Array,
    edges: Float64Array,
    out: number,
  ): void {
    const input = [put(values), values.length, put(edges), edges.length];
    const grid = values.length >= 4 * edges.length ? call("edgeCells")(input[2], edges.length) : 0;
    if (grid === 0 || values.length < 2 * grid) call(search)(...input, out);
    else call(gridded)(...input, grid, reserve(grid * gridCellBytes), out);
  }

  return {
    countEdges: (values, edges) =>
      within(() => {
        const cells = edges.length + 1;
        const out = room(cells + 3);
        count("countEdges", "countByEdgeCells", values, edges, out);
        const result = take(out, cells + 3);
        return counted(result.slice(0, cells), [...result.subarray(cells), 0]);
      }),
    countValues: (values, distinct) =>
      within(() => {
        const cells = distinct.length;
        const out = room(cells + 4);
        count("countDistinct", "countDistinctByEdgeCells", values, distinct, out);
        const result = take(out, cells + 4);
        return counted(result.slice(0, cells), [...result.subarray(cells)]);
      }),
    moments: (values) =>
      within(() => {
        const out = room(8);
        call("moments")(put(values), values.length, out);
        return momentsOf(take(out, 8));
      }),
  };
}

function counted(cells: Float64Array, [missing, negInf, posInf, unseen]: number[]): NumericCounts {
  return { cells, missing, negInf, posInf, unseen };
}

function momentsOf(result: Float64Array): Moments {
  const [count, missing, negInf, posInf, mean, variance, min, max] = [...result].map(canonical);
  return { count, missing, negInf, posInf, mean, variance, min, max };
}
