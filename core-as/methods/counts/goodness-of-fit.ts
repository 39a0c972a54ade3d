/**
 * Chi-square goodness of fit: Σ (c − e)²/e, e the reference's counts scaled to the window's rows. It takes the
 * reference as exact, as if it had infinitely many rows; that is what Evidently's chi-square test does. With a reference
 * no larger than the window it rejects far too often: its variance is 1/m where the truth is 1/n + 1/m. Ours is
 * `chiSquare`.
 *
 * A category that the reference never had is impossible under this null: Infinity, with a p-value of 0. p-value: upper
 * tail of chi-square with one degree less than cells; `asymptotic` once 20 rows are expected in every cell, and true
 * only if the reference is. Effect: V_b. Cost: one pass. Edge cases: no answer with an empty side; 0 and no p-value with
 * a single cell.
 */
import type { Kernel } from "../../kernel-api.ts";
import type { ChiSquareResult } from "./chi-square.ts";
import { enoughForChiSquare, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export function goodnessOfFit(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), dof: 0 };
  const { n, m, kept } = counts;
  let statistic = 0;
  let minExpected = Infinity;
  for (let cell = 0; cell < a.length; cell++) {
    if (a[cell] === 0 && c[cell] === 0) continue;
    const expected = (a[cell] * m) / n;
    const gap = c[cell] - expected;
    statistic += (gap * gap) / expected;
    minExpected = Math.min(minExpected, expected);
  }
  const dof = kept - 1;
  const answer = measured(a, c, counts, statistic, {
    pValue: dof > 0 ? kernel.chi2Sf(statistic, dof) : null,
    asymptotic: minExpected >= enoughForChiSquare,
  });
  return { ...answer, minExpected, dof };
}
