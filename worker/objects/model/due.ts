/**
 * What is to be done again because something new arrived: checks of windows, estimating, measuring and judging performance; and
 * judging it a last time when the window's labels are settled. Keyed by series and window end.
 */
export type DueWork = "check" | "estimate" | "performance" | "judge" | "settle";

export interface DueWindow {
  series: string;
  endMs: number;
}

export function markDue(sql: SqlStorage, work: DueWork, series: string, ends: Iterable<number>): void {
  for (const endMs of ends)
    sql.exec("insert or ignore into due (work, series, end_ms) values (?, ?, ?)", work, series, endMs);
}

/** Windows that end in (after, until], earliest first. */
export function listDue(
  sql: SqlStorage,
  work: DueWork,
  untilMs: number,
  most: number,
  { series, afterMs = Number.MIN_SAFE_INTEGER }: { series?: string; afterMs?: number } = {},
): DueWindow[] {
  return sql
    .exec<{ series: string; end_ms: number }>(
      `select series, end_ms from due
       where work = ? and end_ms > ? and end_ms <= ? and series = coalesce(?, series)
       order by end_ms, series limit ?`,
      ...[work, afterMs, untilMs, series ?? null, most],
    )
    .toArray()
    .map((row) => ({ series: row.series, endMs: row.end_ms }));
}

/** Whether there is a window to be checked, estimated or judged that ends until then, or any to be measured. */
export function isAnyDue(sql: SqlStorage, untilMs: number | null): boolean {
  if (listDue(sql, "performance", Number.MAX_SAFE_INTEGER, 1).length > 0) return true;
  return (
    untilMs !== null &&
    (["check", "estimate", "judge"] as const).some((work) => listDue(sql, work, untilMs, 1).length > 0)
  );
}

export function clearDue(sql: SqlStorage, work: DueWork, { series, endMs }: DueWindow): void {
  sql.exec("delete from due where work = ? and series = ? and end_ms = ?", work, series, endMs);
}

export function deleteDueBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from due where end_ms < ?", beforeMs);
}

/** By series: the end of the first window that never closed. */
export function readNextEnds(sql: SqlStorage): Map<string, number> {
  const rows = sql.exec<{ series: string; next_end_ms: number }>("select series, next_end_ms from series");
  return new Map(rows.toArray().map((row) => [row.series, row.next_end_ms]));
}

export function saveNextEnd(sql: SqlStorage, series: string, nextEndMs: number): void {
  sql.exec("insert or replace into series (series, next_end_ms) values (?, ?)", series, nextEndMs);
}
