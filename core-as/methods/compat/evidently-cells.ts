/**
 * Cells as Evidently makes them: a numeric column whose reference has more than 20 distinct values is cut by Sturges over
 * reference and window together (whatever number of bins is asked for), so that a single far value in the window moves every
 * border; all others have one cell a distinct value of either side. Rows without a value are dropped first.
 *
 * Cost: a sort of both samples together.
 */
import type { Kernel } from "../../kernel/api.ts";
import { countInBins, distinctValues, sturgesEdges } from "./histogram-bins.ts";

export interface BinnedPair {
  mode: "sturges" | "distinct values";
  /** Borders, or the distinct values. */
  edges: Float64Array;
  a: Float64Array;
  c: Float64Array;
}

const mostDistinct = 20;

/** @param r the reference's finite values, ascending; `c` the window's */
export function evidentlyCells(kernel: Kernel, r: Float64Array, c: Float64Array): BinnedPair {
  if (distinctValues(r).length > mostDistinct) {
    const edges = sturgesEdges(kernel, together(r, c));
    return {
      mode: "sturges",
      edges,
      a: countInBins(r, edges).counts,
      c: countInBins(c, edges).counts,
    };
  }
  const values = distinctValues(r, c);
  return {
    mode: "distinct values",
    edges: values,
    a: kernel.countValues(r, values).cells,
    c: kernel.countValues(c, values).cells,
  };
}

export function together(r: Float64Array, c: Float64Array): Float64Array {
  const all = new Float64Array(r.length + c.length);
  all.set(r);
  all.set(c, r.length);
  return all.sort();
}
