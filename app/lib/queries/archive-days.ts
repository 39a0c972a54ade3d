/** Archived hours by the day that they lie in, the newest first. */
import type { ArchiveHour } from "#core/domain/api.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { DAY_MS } from "#core/domain/limits.ts";

export interface ArchiveDay {
  fromMs: number;
  rows: number;
  labelled: number;
  bytes: number;
  hours: number;
  /** Hours to which something came that is not in their Parquet files yet. */
  open: number;
}

export function archiveDays(hours: readonly ArchiveHour[]): ArchiveDay[] {
  const days = new Map<number, ArchiveDay>();
  for (const hour of hours) {
    const fromMs = floorTo(hour.fromMs, DAY_MS);
    const day = days.get(fromMs) ?? { fromMs, rows: 0, labelled: 0, bytes: 0, hours: 0, open: 0 };
    day.rows += hour.rows;
    day.labelled += hour.labelled;
    day.bytes += hour.bytes;
    day.hours += 1;
    day.open += hour.state === "open" ? 1 : 0;
    days.set(fromMs, day);
  }
  return [...days.values()].sort((a, b) => b.fromMs - a.fromMs);
}
