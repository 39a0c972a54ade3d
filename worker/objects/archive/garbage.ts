/**
 * Files that are to be deleted. A file is named here before it is written and no longer when it counts: whatever a crash leaves, the
 * next look finds. What was replaced comes here with its replacement, in one transaction.
 */
export function addGarbage(sql: SqlStorage, key: string, afterMs: number): void {
  sql.exec("insert or replace into garbage (key, after_ms) values (?, ?)", key, afterMs);
}

export function keepFile(sql: SqlStorage, key: string): void {
  sql.exec("delete from garbage where key = ?", key);
}

export function dueGarbage(sql: SqlStorage, nowMs: number, most: number): string[] {
  return sql
    .exec<{ key: string }>("select key from garbage where after_ms <= ? limit ?", nowMs, most)
    .toArray()
    .map(({ key }) => key);
}

/** Nothing that was replaced is kept for readers any longer. To be called when no file is about to be written. */
export function hastenGarbage(sql: SqlStorage, nowMs: number): void {
  sql.exec("update garbage set after_ms = ?1 where after_ms > ?1", nowMs);
}

export function nextGarbageMs(sql: SqlStorage): number | null {
  return sql.exec<{ next: number | null }>("select min(after_ms) as next from garbage").one().next;
}

/** Prefixes whose files are all to go. */
export interface Doomed {
  prefix: string;
  passes: number;
}

export function doom(sql: SqlStorage, prefix: string, afterMs: number, passes: number): void {
  sql.exec(
    "insert or replace into doomed (prefix, after_ms, passes) values (?, ?, ?)",
    prefix,
    afterMs,
    passes,
  );
}

export function dueDoomed(sql: SqlStorage, nowMs: number): Doomed | null {
  return (
    sql
      .exec<{ prefix: string; passes: number }>(
        "select prefix, passes from doomed where after_ms <= ? order by after_ms limit 1",
        nowMs,
      )
      .toArray()[0] ?? null
  );
}

export function undoom(sql: SqlStorage, prefix: string): void {
  sql.exec("delete from doomed where prefix = ?", prefix);
}

export function nextDoomedMs(sql: SqlStorage): number | null {
  return sql.exec<{ next: number | null }>("select min(after_ms) as next from doomed").one().next;
}
