/**
 * The current rows cut into days or weeks, each judged like the whole against the same reference. All periods share one
 * level: each gets its part, so that a long file does not raise more false alarms than a short one.
 */
import type { Columns } from "../domain/columns.ts";
import type { ComparisonPeriod } from "../domain/comparison.ts";
import { DAY_MS } from "../domain/limits.ts";

export interface Period {
  startMs: number;
  endMs: number;
  rows: Int32Array;
}

/** Monday, 5 January 1970: weeks begin on Mondays, in UTC as days do. */
const firstMondayMs = 4 * DAY_MS;

/** Ascending; periods without rows are left out, and rows without a time belong to none. */
export function periodsOf({ timesMs, rows }: Columns, by: "day" | "week"): Period[] {
  const [length, origin] = by === "day" ? [DAY_MS, 0] : [7 * DAY_MS, firstMondayMs];
  const lists = new Map<number, number[]>();
  for (let row = 0; row < rows; row++) {
    const time = timesMs?.[row] ?? NaN;
    if (Number.isNaN(time)) continue;
    const startMs = Math.floor((time - origin) / length) * length + origin;
    const list = lists.get(startMs);
    if (list) list.push(row);
    else lists.set(startMs, [row]);
  }
  return [...lists]
    .sort(([a], [b]) => a - b)
    .map(([startMs, list]) => ({ startMs, endMs: startMs + length, rows: Int32Array.from(list) }));
}

/** Periods by status, for a sentence. */
export function countByStatus(periods: readonly ComparisonPeriod[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { verdict } of periods) counts[verdict.status] = (counts[verdict.status] ?? 0) + 1;
  return counts;
}
