/**
 * The distinct finite values of a sample, ascending, and where a value stands among them. Counting rows by distinct
 * value first makes the row form of a method the same arithmetic as its form on merged counts, and makes the order of
 * the rows irrelevant. −0 and 0 are one value. Cost: one sort, and one binary search for each look-up.
 */
import type { Kernel } from "../../kernel/api.ts";

export function distinctValues(kernel: Kernel, values: Float64Array): Float64Array {
  const sorted = kernel.sortFinite(values);
  let kept = 0;
  for (const value of sorted) if (kept === 0 || value !== sorted[kept - 1]) sorted[kept++] = value;
  return sorted.slice(0, kept);
}
