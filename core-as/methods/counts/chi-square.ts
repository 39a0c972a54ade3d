/**
 * Pearson's chi-square (1900) of the table with two rows, reference and window, and a column a cell: does the cell
 * depend on the side? Both sides are samples here. No cells are pooled, which costs power (METHODS §4); cells empty on
 * both sides are dropped.
 *
 * p-value: upper tail of chi-square with one degree less than cells; good once 20 rows are expected in every cell
 * (`asymptotic`), and for comparison only below. Effect: V_b. The statistic itself grows with the rows and says nothing
 * about size. Cost: one pass. Edge cases: no answer with an empty side; with a single cell 0 and no p-value.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type CountsResult, enoughForChiSquare, measured, noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export interface ChiSquareResult extends CountsResult {
  /** Degrees of freedom; 0 where there is no test. */
  dof: number;
}

export function chiSquare(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), dof: 0 };
  return tested(kernel, a, c, kernel.chi2(a, c).statistic);
}

/**
 * The same with Yates's continuity correction (1934), for two cells only; no answer with more or less. It brings every
 * count half a row closer to what is expected, never past it. Conservative: it rejects too rarely. For two cells the
 * exact mid-p (shares/mid-p.ts) is what decides here.
 */
export function chiSquareYates(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts || counts.kept !== 2) return { ...noAnswer(), dof: 0 };
  const { n, m } = counts;
  let statistic = 0;
  for (let cell = 0; cell < a.length; cell++) {
    const both = a[cell] + c[cell];
    if (both === 0) continue;
    for (const [count, rows] of [
      [a[cell], n],
      [c[cell], m],
    ]) {
      const expected = (both * rows) / (n + m);
      const gap = Math.max(0, Math.abs(count - expected) - 0.5);
      statistic += (gap * gap) / expected;
    }
  }
  return tested(kernel, a, c, statistic);
}

/** A chi-square of these cells with its p-value: Pearson's own, or one that has the same limit. */
export function tested(kernel: Kernel, a: Float64Array, c: Float64Array, statistic: number): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), dof: 0 };
  const dof = counts.kept - 1;
  return {
    ...measured(a, c, counts, statistic, {
      pValue: dof > 0 ? kernel.chi2Sf(statistic, dof) : null,
      asymptotic: counts.minExpected >= enoughForChiSquare,
    }),
    dof,
  };
}
