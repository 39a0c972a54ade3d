/**
 * Kullback–Leibler divergence (1951), in nats, one way at a time, because the two ways answer different questions.
 *
 * - `current-from-reference`: Σ q ln(q/p), how surprising the window is to who expects the reference. Our default.
 * - `reference-from-current`: Σ p ln(p/q), the other way about, and what Evidently computes (after filling empty cells:
 *   compat/evidently-shares.ts).
 *
 * Not smoothed: Infinity where a cell has rows on the side that is looked at and none on the other. p-value: without
 * drift twice the divergence is (1/n + 1/m) times chi-square with one degree less than cells, once 50 rows are expected
 * in every cell (`asymptotic`); null for Infinity. Effect: V_b. No interval. Cost: one logarithm a cell.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, divergenceTail, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export type KlDirection = "current-from-reference" | "reference-from-current";

export function kl(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  direction: KlDirection = "current-from-reference",
): CountsResult {
  const counts = pairedCounts(a, c);
  if (!counts) return noAnswer();
  const { klCurrentReference, klReferenceCurrent } = kernel.divergences(a, c);
  // Rounding may carry the sum of equal shares a hair below 0, which no divergence is.
  const value = Math.max(0, direction === "current-from-reference" ? klCurrentReference : klReferenceCurrent);
  return measured(a, c, counts, value, divergenceTail(kernel, counts, value, 2));
}
