/** Which windows hold something new: counts to check, labels to measure performance by. */

/** Marks windows whose counts or labels a fold changed. */
export function markWindows(
  sql: SqlStorage,
  what: "changed" | "labels_changed",
  starts: Iterable<number>,
): void {
  for (const startMs of starts)
    sql.exec(
      `insert into window (start_ms, ${what}) values (?, 1) on conflict do update set ${what} = 1 where ${what} = 0`,
      startMs,
    );
}

/** Marked windows that begin in [from, before), oldest first. */
export function listMarked(
  sql: SqlStorage,
  what: "changed" | "labels_changed",
  beforeMs: number,
  most: number,
  fromMs = Number.MIN_SAFE_INTEGER,
): number[] {
  return sql
    .exec<{
      start_ms: number;
    }>(
      `select start_ms from window where ${what} = 1 and start_ms >= ? and start_ms < ? order by start_ms limit ?`,
      fromMs,
      beforeMs,
      most,
    )
    .toArray()
    .map((row) => row.start_ms);
}

export function clearMark(sql: SqlStorage, what: "changed" | "labels_changed", startMs: number): void {
  sql.exec(`update window set ${what} = 0 where start_ms = ?`, startMs);
}

export function saveNextClose(sql: SqlStorage, nextCloseMs: number): void {
  sql.exec("update state set next_close_ms = ?", nextCloseMs);
}

export function deleteWindowsBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from window where start_ms < ?", beforeMs);
}
