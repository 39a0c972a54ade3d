import type { MeasuredWindow } from "#core/performance/beside-estimate.ts";

/** @param segment its key, or "" for all rows */
export function savePerformance(sql: SqlStorage, segment: string, performance: MeasuredWindow): void {
  sql.exec(
    "insert or replace into performance (segment, start_ms, performance) values (?, ?, ?)",
    ...[segment, performance.windowStartMs, JSON.stringify(performance)],
  );
}

export function readPerformance(
  sql: SqlStorage,
  { segment, startMs }: { segment: string; startMs: number },
): MeasuredWindow | null {
  const [row] = sql
    .exec<{ performance: string }>(
      "select performance from performance where segment = ? and start_ms = ?",
      ...[segment, startMs],
    )
    .toArray();
  return row === undefined ? null : (JSON.parse(row.performance) as MeasuredWindow);
}

/** Windows that begin in [from, to), oldest first; of too many the newest. */
export function listPerformance(
  sql: SqlStorage,
  { segment, fromMs, toMs }: { segment: string; fromMs: number; toMs: number },
  most: number,
): MeasuredWindow[] {
  return sql
    .exec<{
      performance: string;
    }>(
      "select performance from performance where segment = ? and start_ms >= ? and start_ms < ? order by start_ms desc limit ?",
      ...[segment, fromMs, toMs, most],
    )
    .toArray()
    .reverse()
    .map(({ performance }) => JSON.parse(performance) as MeasuredWindow);
}

export function deletePerformanceBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from performance where start_ms < ?", beforeMs);
}
