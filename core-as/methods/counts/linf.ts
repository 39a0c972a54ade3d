/**
 * L∞: max |p − q|, the largest change of any cell's share, in [0, 1]. Easy to say in a sentence ("one category lost a
 * tenth of all rows"), and blind to many small changes.
 *
 * A measure and no test. Effect: V_b. No interval: which cell is the largest is itself chance. Cost: one pass.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export function linf(kernel: Kernel, a: Float64Array, c: Float64Array): CountsResult {
  const counts = pairedCounts(a, c);
  return counts ? measured(a, c, counts, kernel.divergences(a, c).linf) : noAnswer();
}
