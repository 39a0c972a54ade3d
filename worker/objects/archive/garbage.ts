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

/** Files of batches that count no more, many in a row: one a file would cost as much again as the batches did. */
export function addGarbageLots(sql: SqlStorage, keys: readonly string[], afterMs: number): void {
  for (let from = 0; from < keys.length; from += lotKeys)
    sql.exec(
      "insert into garbage_lot (after_ms, keys) values (?, ?)",
      ...[afterMs, JSON.stringify(keys.slice(from, from + lotKeys))],
    );
}

/** What the bucket deletes in one call. */
const lotKeys = 1000;

export interface DueGarbage {
  keys: string[];
  /** Null where each has a row of its own. */
  lot: number | null;
}

/** What one call deletes; null where nothing may go yet. */
export function dueGarbage(sql: SqlStorage, nowMs: number): DueGarbage | null {
  const keys = sql
    .exec<{ key: string }>("select key from garbage where after_ms <= ? limit ?", nowMs, lotKeys)
    .toArray()
    .map(({ key }) => key);
  if (keys.length > 0) return { keys, lot: null };
  const [lot] = sql
    .exec<{ sequence: number; keys: string }>(
      "select sequence, keys from garbage_lot where after_ms <= ? order by sequence limit 1",
      nowMs,
    )
    .toArray();
  return lot === undefined ? null : { keys: JSON.parse(lot.keys) as string[], lot: lot.sequence };
}

export function forgetGarbage(sql: SqlStorage, { keys, lot }: DueGarbage): void {
  if (lot === null) for (const key of keys) keepFile(sql, key);
  else sql.exec("delete from garbage_lot where sequence = ?", lot);
}

const garbageTables = ["garbage", "garbage_lot"] as const;

/** Nothing that was replaced is kept for readers any longer. To be called when no file is about to be written. */
export function hastenGarbage(sql: SqlStorage, nowMs: number): void {
  for (const table of garbageTables) sql.exec(`update ${table} set after_ms = ?1 where after_ms > ?1`, nowMs);
}

export function nextGarbageMs(sql: SqlStorage): number | null {
  const times = garbageTables.flatMap(
    (table) =>
      sql.exec<{ next: number | null }>(`select min(after_ms) as next from ${table}`).one().next ?? [],
  );
  return times.length === 0 ? null : Math.min(...times);
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
