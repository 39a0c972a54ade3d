/**
 * Pooled z-test of two shares: their difference over its standard error under one common share. Its square is Pearson's
 * chi-square of the 2 × 2 table.
 *
 * `statistic` is z, reference less window; `low` and `high` are not z's but those of the difference (Newcombe, 95 %).
 * p-value: normal, and too small for rare events (METHODS §4: at a share of 0.01 and 50 rows it rejects ten times too
 * often at 0.001); `asymptotic` once 20 rows are expected in each of the four cells. The exact mid-p decides instead.
 * Effect: V_b. Cost: nothing. Edge cases: no answer where a side has no rows, or where all rows are alike.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result } from "../result.ts";
import { newcombe } from "./newcombe.ts";
import { type Alternative, rowsOfBoth, type ShareCounts } from "./share-counts.ts";

export interface ZTestResult extends Result {
  /** Reference less window; what `low` and `high` belong to. */
  difference: number;
  asymptotic: boolean;
}

const enoughExpected = 20;

export function ztest(
  kernel: Kernel,
  reference: ShareCounts,
  current: ShareCounts,
  alternative: Alternative = "two-sided",
): ZTestResult {
  const { statistic: difference, low, high, effect } = newcombe(kernel, reference, current);
  const rows = rowsOfBoth(reference, current);
  const { n, m, successes, failures } = rows ?? { n: 0, m: 0, successes: 0, failures: 0 };
  // NaN, and with it no answer, where the common share is 0 or 1 and there is no standard error to divide by.
  const z = difference / Math.sqrt((successes / (n + m)) * (failures / (n + m)) * (1 / n + 1 / m));
  if (!Number.isFinite(z)) return { ...result(NaN), difference, asymptotic: false };
  const tail =
    alternative === "two-sided"
      ? 2 * kernel.normalSf(Math.abs(z))
      : kernel.normalSf(alternative === "less" ? -z : z);
  const least = (Math.min(n, m) * Math.min(successes, failures)) / (n + m);
  return {
    ...result(z, { pValue: tail, low, high, effect }),
    difference,
    asymptotic: least >= enoughExpected,
  };
}
