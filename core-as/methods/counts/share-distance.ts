/**
 * Share distance V_b: √max(0, ½ Σ (p − q)²/(p + q) − (k − 1)(1/n + 1/m)/4), k the cells that are not empty on both
 * sides. The effect of every method on categories (METHODS §3): 0 for equal shares, 1 for disjoint ones, and, because
 * the expectation without drift is taken off, it does not grow when there are few rows or many cells. The sum is the
 * triangular discrimination (Topsøe 2000).
 *
 * A measure and no test; the statistic is the effect. No interval: at 0, where it is cut off, none is sound. Cost: one
 * pass. Edge cases: no answer with an empty side.
 */
import type { Kernel } from "../../kernel/api.ts";
import { shareDistance as withoutBias } from "../effects.ts";
import { type CountsResult, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

/** The kernel is not needed: square roots are the same everywhere. It is taken so that all methods look alike. */
export function shareDistance(_kernel: Kernel, a: Float64Array, c: Float64Array): CountsResult {
  const counts = pairedCounts(a, c);
  return counts ? measured(a, c, counts, Math.min(1, withoutBias(a, c))) : noAnswer();
}
