/**
 * Difference of two shares, reference less window, with Newcombe's hybrid score interval (1998, method 10): the two
 * Wilson intervals combined as if their halves were standard errors. Close to its level where the textbook's interval
 * is not, for few rows and shares near 0 or 1, and never outside [−1, 1].
 *
 * The statistic is the difference; no p-value here (ztest, mid-p and fisher bring theirs). Effect: V_b of the two cells.
 * Cost: nothing. Edge cases: no answer where a side has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { shareDistance } from "../effects.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { rowsOfBoth, type ShareCounts } from "./share-counts.ts";
import { wilson } from "./wilson.ts";

export function newcombe(kernel: Kernel, reference: ShareCounts, current: ShareCounts, level = 0.95): Result {
  const before = wilson(kernel, reference, level);
  const now = wilson(kernel, current, level);
  const rows = rowsOfBoth(reference, current);
  if (!rows || before.low === null || before.high === null || now.low === null || now.high === null)
    return { ...undefinedResult };
  const difference =
    (reference.successes * current.failures - current.successes * reference.failures) / rows.n / rows.m;
  const [p, q] = [before.statistic, now.statistic];
  return result(difference, {
    low: Math.max(-1, difference - length(p - before.low, now.high - q)),
    high: Math.min(1, difference + length(before.high - p, q - now.low)),
    effect: shareDistance(
      Float64Array.of(reference.successes, reference.failures),
      Float64Array.of(current.successes, current.failures),
    ),
  });
}

const length = (x: number, y: number): number => Math.sqrt(x * x + y * y);
