/**
 * Total variation distance: ½ Σ |p − q|, the share of rows that would have to change their cell, in [0, 1].
 *
 * A measure and no test: its distribution without drift depends on the shares, so it has no p-value of its own, and by
 * sampling alone it grows with the number of cells. Effect: V_b. No interval: near 0 none is sound. Cost: one pass.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export function tvd(kernel: Kernel, a: Float64Array, c: Float64Array): CountsResult {
  const counts = pairedCounts(a, c);
  // Disjoint shares such as 1/3 + 1/3 + 1/3 may add up to a hair above 1.
  return counts ? measured(a, c, counts, Math.min(1, kernel.divergences(a, c).tvd)) : noAnswer();
}
