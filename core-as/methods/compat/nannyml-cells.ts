/**
 * Cells as NannyML makes them: a continuous column by Doane over the reference alone, a categorical one by the reference's
 * values; rows of a chunk that are in none of them go to one more cell that the reference has nothing in. On these it takes
 * the Jensen–Shannon distance (base 2) and Hellinger's.
 */
import type { Kernel } from "../../kernel/api.ts";
import { countInBins, doaneEdges } from "./histogram-bins.ts";

export interface NannymlBins {
  edges: Float64Array;
  /** The reference's counts, none of them outside. */
  a: Float64Array;
}

/** @param r the reference's finite values, ascending */
export function nannymlBins(kernel: Kernel, r: Float64Array): NannymlBins {
  const edges = doaneEdges(kernel, r);
  return { edges, a: countInBins(r, edges).counts };
}

export interface NannymlCounts {
  c: Float64Array;
  outside: number;
}

export function nannymlCounts({ edges }: NannymlBins, c: Float64Array): NannymlCounts {
  const { counts, below, above } = countInBins(c, edges);
  return { c: counts, outside: below + above };
}

/** Both sides with the cell for what the reference has not, where anything is in it. */
export function withOutside(
  a: Float64Array,
  { c, outside }: NannymlCounts,
): { a: Float64Array; c: Float64Array } {
  if (outside === 0) return { a, c };
  return { a: Float64Array.of(...a, 0), c: Float64Array.of(...c, outside) };
}
