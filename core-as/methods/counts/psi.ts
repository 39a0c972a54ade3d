/**
 * Population stability index: Σ (p − q) ln(p/q) over the cells, p the reference's share and q the window's. It is the
 * symmetric Kullback–Leibler divergence of Jeffreys (1946), under the name it has in credit scoring. 0 for equal shares;
 * no upper end.
 *
 * An empty cell would make it infinite, so counts are smoothed, and how is the largest difference between tools. Here:
 * cells empty on both sides are dropped, then half a count is added to every cell on both sides (METHODS §3). `floor`
 * raises small shares to a least one instead, as most other tools do; a new category then adds a large amount that
 * depends on the floor and not on the data.
 *
 * p-value: without drift PSI is (1/n + 1/m) times chi-square with one degree less than cells, once 50 rows are expected
 * in every cell (`asymptotic`). Effect: PSI less its expectation without drift, never below 0. No interval: near 0 none
 * is sound. Cost: one logarithm a cell. Edge cases: no answer with an empty side; smoothing by 0 can give Infinity.
 */
import type { Kernel, Smoothing } from "../../kernel/api.ts";
import { psiExcess } from "../effects.ts";
import { type CountsResult, divergenceTail, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

/** Half a count to every cell that is kept, on both sides, renormalised: our default. */
export const halfACount: Smoothing = Object.freeze({ kind: "add", amount: 0.5 });

export function psi(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  smoothing: Smoothing = halfACount,
): CountsResult {
  const { kind, amount } = smoothing;
  if (!(amount >= 0 && amount < (kind === "floor" ? 1 : Infinity)))
    throw new RangeError(`${amount} is no amount to smooth by`);
  const counts = pairedCounts(a, c);
  if (!counts) return noAnswer();
  // Rounding may carry the sum of equal shares a hair below 0, which no index is.
  const value = Math.max(0, kernel.psi(a, c, smoothing));
  return measured(a, c, counts, value, {
    ...divergenceTail(kernel, counts, value, 1),
    effect: psiExcess(value, a, c),
  });
}
