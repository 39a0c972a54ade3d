import type { PerformanceWindow } from "#core/domain/api.ts";

export function savePerformance(sql: SqlStorage, performance: PerformanceWindow): void {
  sql.exec(
    "insert or replace into performance (start_ms, performance) values (?, ?)",
    performance.windowStartMs,
    JSON.stringify(performance),
  );
}

/** Windows that begin in [from, to), oldest first; of too many the newest. */
export function listPerformance(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  most: number,
): PerformanceWindow[] {
  return sql
    .exec<{
      performance: string;
    }>(
      "select performance from performance where start_ms >= ? and start_ms < ? order by start_ms desc limit ?",
      fromMs,
      toMs,
      most,
    )
    .toArray()
    .reverse()
    .map(({ performance }) => JSON.parse(performance) as PerformanceWindow);
}

export function deletePerformanceBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from performance where start_ms < ?", beforeMs);
}
