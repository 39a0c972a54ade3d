/**
 * Wilson's score interval of a share (1927): the shares that a normal test with its own variance would not reject. Close
 * to its level on average, even for shares near 0 or 1 and for few rows (Brown, Cai and DasGupta 2001), and never
 * outside [0, 1]. Not conservative: single shares can be covered less often than promised; Clopper and Pearson's cannot.
 *
 * The statistic is the share. No p-value: one share alone answers to no other. Cost: nothing. Edge cases: no answer
 * without rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { checkedLevel, rowsOf, type ShareCounts } from "./share-counts.ts";

export function wilson(kernel: Kernel, counts: ShareCounts, level = 0.95): Result {
  const z = kernel.normalPpf((1 + checkedLevel(level)) / 2);
  const rows = rowsOf(counts);
  if (!(rows > 0)) return { ...undefinedResult };
  const { successes, failures } = counts;
  const share = successes / rows;
  const weight = 1 + (z * z) / rows;
  const centre = (share + (z * z) / (2 * rows)) / weight;
  const half = (z * Math.sqrt((share * (failures / rows)) / rows + (z * z) / (4 * rows * rows))) / weight;
  return result(share, {
    // The ends at 0 and 1 are exact there, which rounding would hide.
    low: successes === 0 ? 0 : Math.max(0, centre - half),
    high: failures === 0 ? 1 : Math.min(1, centre + half),
  });
}
