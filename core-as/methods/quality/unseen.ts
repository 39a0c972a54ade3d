/**
 * Share of rows whose value is not among those known. Interval: Wilson's, 95 %. Effect: V_b of the two cells.
 *
 * Where the list of known values was given (a schema), the reference has such rows too, and p is the exact mid-p of the two
 * shares. Where the list is the reference's own values, the reference has none of them by definition, and zero is no
 * estimate: how many of its rows would have been unseen, had each come last, is the number of its values that occur once
 * (Good 1953), and p is the exact mid-p against that share. NannyML alarms for a single row.
 *
 * Cost: a pass. Edge cases: no answer where a side has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import type { ShareCounts } from "../shares/share-counts.ts";
import { shareOfRows } from "./missing.ts";
import { quality, type QualityResult } from "./quality-result.ts";

/** @param reference rows outside a given list (successes) and within (failures); `current` the window's */
export function unseenOfList(kernel: Kernel, reference: ShareCounts, current: ShareCounts): QualityResult {
  return shareOfRows(kernel, reference, current);
}

/**
 * @param counts the reference's rows of each of its values
 * @param current the window's rows with another value (successes) and with one of these (failures)
 */
export function unseenOfReference(kernel: Kernel, counts: Float64Array, current: ShareCounts): QualityResult {
  const [rows, once] = counts.reduce(
    ([all, single], count) => [all + count, single + (count === 1 ? 1 : 0)],
    [0, 0],
  );
  if (!(rows > 0)) return quality(NaN);
  return shareOfRows(kernel, { successes: once, failures: rows - once }, current);
}
