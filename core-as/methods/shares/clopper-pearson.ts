/**
 * Clopper and Pearson's exact interval of a share (1934): the shares under which neither tail of the binomial is below
 * half the error. Covers at least as often as promised whatever the share is, and therefore usually more often: wider
 * than Wilson's.
 *
 * Its ends are quantiles of beta distributions: low of Beta(k, n − k + 1), high of Beta(k + 1, n − k), found by halving.
 * The statistic is the share; no p-value. Cost: two times about a hundred incomplete betas. Edge cases: 0 successes give
 * a low end of 0, 0 failures a high end of 1; no answer without rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { checkedLevel, rowsOf, type ShareCounts } from "./share-counts.ts";

export function clopperPearson(kernel: Kernel, counts: ShareCounts, level = 0.95): Result {
  const tail = (1 - checkedLevel(level)) / 2;
  const rows = rowsOf(counts);
  if (!(rows > 0)) return { ...undefinedResult };
  const { successes: k, failures } = counts;
  const share = k / rows;
  return result(share, {
    low: k === 0 ? 0 : betaQuantile(kernel, k, failures + 1, tail, 0, share),
    high: failures === 0 ? 1 : betaQuantile(kernel, k + 1, failures, 1 - tail, share, 1),
  });
}

/** The x between `low` and `high` where I_x(a, b) = p. Halved until no number lies between the ends. */
function betaQuantile(kernel: Kernel, a: number, b: number, p: number, low: number, high: number): number {
  // Far more halvings than doubles between the ends need: an end of the loop for whatever a kernel may answer.
  for (let step = 0; step < 1100; step++) {
    const middle = low + (high - low) / 2;
    if (!(middle > low && middle < high)) break;
    if (kernel.betaI(a, b, middle) < p) low = middle;
    else high = middle;
  }
  return high;
}
