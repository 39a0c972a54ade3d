import type { Foretold } from "#core/performance/beside-estimate.ts";

/** @param segment its key, or "" for all rows */
export function saveEstimate(sql: SqlStorage, segment: string, startMs: number, estimated: Foretold): void {
  sql.exec(
    "insert or replace into estimate (segment, start_ms, estimated) values (?, ?, ?)",
    ...[segment, startMs, JSON.stringify(estimated)],
  );
}

/** By start, of windows that begin in [from, to); of too many the newest. */
export function listEstimates(
  sql: SqlStorage,
  { segment, fromMs, toMs }: { segment: string; fromMs: number; toMs: number },
  most: number,
): Map<number, Foretold> {
  const rows = sql.exec<{ start_ms: number; estimated: string }>(
    "select start_ms, estimated from estimate where segment = ? and start_ms >= ? and start_ms < ? order by start_ms desc limit ?",
    ...[segment, fromMs, toMs, most],
  );
  return new Map(rows.toArray().map((row) => [row.start_ms, JSON.parse(row.estimated) as Foretold]));
}

export function deleteEstimatesBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from estimate where start_ms < ?", beforeMs);
}
