/**
 * Hellinger distance (1909): √(½ Σ (√p − √q)²), a metric in [0, 1]; 1 where no cell is shared. Small shares weigh more
 * than in the total variation, and empty cells are no problem.
 *
 * p-value: without drift its square is an eighth of (1/n + 1/m) times chi-square with one degree less than cells, once
 * 50 rows are expected in every cell (`asymptotic`). Effect: V_b. No interval: near 0 none is sound. Cost: square roots.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, divergenceTail, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export function hellinger(kernel: Kernel, a: Float64Array, c: Float64Array): CountsResult {
  const counts = pairedCounts(a, c);
  if (!counts) return noAnswer();
  const value = kernel.divergences(a, c).hellinger;
  return measured(a, c, counts, value, divergenceTail(kernel, counts, value * value, 8));
}
