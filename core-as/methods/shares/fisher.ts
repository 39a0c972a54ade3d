/**
 * Fisher's exact test of two shares (1934): how likely is a table at least as extreme, among all tables with the same
 * margins? Exact for any number of rows, and conservative, because it counts the whole mass of the observed table; the
 * mid-p of `mid-p.ts`, which counts half of it, decides by default.
 *
 * Two-sided: all tables that are no more likely than the observed one, SciPy's and R's definition. One-sided: `less` is
 * P(the reference's successes are as few or fewer). `statistic` is the difference of shares, reference less window, with
 * Newcombe's 95 % interval; `odds-ratio.ts` has the odds ratio. Effect: V_b.
 *
 * Cost: a division for every table that is not negligibly likely; above 10¹² rows no p-value. Edge cases: p = 1 where
 * the margins allow one table only; no answer where a side has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result } from "../result.ts";
import { hypergeometricTails } from "./hypergeometric-tails.ts";
import { newcombe } from "./newcombe.ts";
import { type Alternative, rowsOfBoth, type ShareCounts } from "./share-counts.ts";

export function fisher(
  kernel: Kernel,
  reference: ShareCounts,
  current: ShareCounts,
  alternative: Alternative = "two-sided",
): Result {
  const { statistic, low, high, effect } = newcombe(kernel, reference, current);
  const rows = rowsOfBoth(reference, current);
  if (!rows) return result(NaN);
  const { n, m, successes } = rows;
  const tails = hypergeometricTails(reference.successes, n, successes, n + m);
  const pValue =
    tails && { "two-sided": tails.asUnlikely, less: tails.atMost, greater: tails.atLeast }[alternative];
  return result(statistic, { pValue, low, high, effect });
}
