/**
 * Exact mid-p of two shares: twice the smaller hypergeometric tail, the observed table counted half (Lancaster 1961).
 * What decides for yes-or-no features, missing and unseen values (METHODS §3, §4): Fisher's p-value wastes level on the
 * observed table, the z-test's is too small for rare events, and this one is close to its level on average.
 *
 * `statistic` is the difference of shares, reference less window, with Newcombe's 95 % interval. Effect: V_b. Cost: one
 * term a table of the smaller tail. Edge cases: p = 1 where only one table is possible; no answer where a side has no
 * rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result } from "../result.ts";
import { newcombe } from "./newcombe.ts";
import { rowsOfBoth, type ShareCounts } from "./share-counts.ts";

export function midP(kernel: Kernel, reference: ShareCounts, current: ShareCounts): Result {
  const { statistic, low, high, effect } = newcombe(kernel, reference, current);
  const rows = rowsOfBoth(reference, current);
  if (!rows) return result(NaN);
  const { n, m, successes } = rows;
  const pValue = n + m <= mostRows ? kernel.hypergeomMidP(current.successes, m, successes, n + m) : null;
  return result(statistic, { pValue, low, high, effect });
}

/** As for Fisher's test: beyond it the sum over tables takes too long. */
const mostRows = 1e12;
