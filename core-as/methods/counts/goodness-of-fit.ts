/**
 * Goodness of fit to the reference's shares, taken as exact, as if the reference had infinitely many rows: what
 * Evidently's chi-square and G-test do. With e the reference's counts scaled to the window's rows:
 *
 * - `goodnessOfFit`: Pearson's Σ (c − e)²/e
 * - `gGoodnessOfFit`: twice the log likelihood ratio, 2 Σ c ln(c/e)
 *
 * With a reference no larger than the window both reject far too often: they know of a variance of 1/m where the truth
 * is 1/n + 1/m. Ours are `chiSquare` and `gTest`.
 *
 * A category that the reference never had is impossible under this null: Infinity, with a p-value of 0. p-value: upper
 * tail of chi-square with one degree less than cells; `asymptotic` once 20 rows are expected in every cell, and true
 * only if the reference is. Effect: V_b. Cost: one pass. Edge cases: no answer with an empty side; 0 and no p-value with
 * a single cell.
 */
import type { Kernel } from "../../kernel/api.ts";
import type { ChiSquareResult } from "./chi-square.ts";
import { enoughForChiSquare, measured, noAnswer } from "./counts-result.ts";
import { likelihoodExcess } from "./g-test.ts";
import { pairedCounts } from "./paired-counts.ts";

export function goodnessOfFit(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  return fit(kernel, a, c, (gap, expected) => (gap * gap) / expected);
}

export function gGoodnessOfFit(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  return fit(kernel, a, c, (gap, expected) => 2 * expected * likelihoodExcess(kernel, gap / expected));
}

function fit(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  summand: (gap: number, expected: number) => number,
): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), dof: 0 };
  const { n, m, kept } = counts;
  let statistic = 0;
  let minExpected = Infinity;
  for (let cell = 0; cell < a.length; cell++) {
    if (a[cell] === 0 && c[cell] === 0) continue;
    const expected = (a[cell] * m) / n;
    // Count less expected, without taking large from large where the shares are equal.
    const gap = (c[cell] * n - a[cell] * m) / n;
    statistic += expected === 0 ? Infinity : summand(gap, expected);
    minExpected = Math.min(minExpected, expected);
  }
  const dof = kept - 1;
  const answer = measured(a, c, counts, statistic, {
    pValue: dof > 0 ? kernel.chi2Sf(statistic, dof) : null,
    asymptotic: minExpected >= enoughForChiSquare,
  });
  return { ...answer, minExpected, dof };
}
