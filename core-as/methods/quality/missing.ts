/**
 * Share of rows without a value. Interval: Wilson's, 95 %. p-value: exact mid-p of the two shares (METHODS §4), so that one
 * missing value in a small window alarms no more often than promised. Effect: V_b of the two cells; a gate asks for at least
 * 0.005 in the share besides, or large windows would alarm for nothing. Sampling error: √(p(1 − p)/m).
 *
 * Cost: a pass. Edge cases: no answer where a side has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { midP } from "../shares/mid-p.ts";
import { rowsOf, type ShareCounts } from "../shares/share-counts.ts";
import { wilson } from "../shares/wilson.ts";
import { quality, type QualityResult } from "./quality-result.ts";

/** @param reference rows without a value (successes) and with one (failures); `current` the window's */
export function missing(kernel: Kernel, reference: ShareCounts, current: ShareCounts): QualityResult {
  return shareOfRows(kernel, reference, current);
}

/** Any share of rows against the reference's share of the same. */
export function shareOfRows(kernel: Kernel, reference: ShareCounts, current: ShareCounts): QualityResult {
  const { statistic: share, low, high } = wilson(kernel, current);
  const { pValue, effect } = midP(kernel, reference, current);
  return quality(share, {
    pValue,
    low,
    high,
    effect,
    samplingError: Math.sqrt((share * (1 - share)) / rowsOf(current)),
  });
}
