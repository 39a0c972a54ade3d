import { type IdLog, keepFirst, latestWins, mergeLogs } from "#core/domain/id-log.ts";
import { readLog } from "#core/domain/wire.ts";
import { cutParts } from "./log-parts.ts";

/** Labels that no prediction answers to yet and that do not say where to wait. The only reader and writer of their tables. */
export function readWaiting(sql: SqlStorage): IdLog {
  const parts = sql
    .exec<{ entries: ArrayBuffer }>("select entries from waiting_label order by part")
    .toArray()
    .map(({ entries }) => readLog(new Uint8Array(entries)));
  return mergeLogs(parts, keepFirst);
}

export function writeWaiting(sql: SqlStorage, waiting: IdLog): void {
  sql.exec("delete from waiting_label");
  let part = 0;
  for (const { entries } of cutParts(waiting))
    sql.exec("insert into waiting_label (part, entries) values (?, ?)", part++, entries);
}

/** Labels to look for in the shards, in rows of their own until they were. */
export function addSought(sql: SqlStorage, labels: IdLog): void {
  for (const { entries } of cutParts(labels))
    sql.exec("insert into sought_label (entries) values (?)", entries);
}

/** Some of them, oldest first: as many as are looked for at once. */
export function readSought(sql: SqlStorage): { labels: IdLog; sequence: number } | null {
  const rows = sql
    .exec<{ sequence: number; entries: ArrayBuffer }>(
      "select sequence, entries from sought_label order by sequence limit ?",
      soughtRows,
    )
    .toArray();
  const sequence = rows.at(-1)?.sequence;
  if (sequence === undefined) return null;
  const logs = rows.map(({ entries }) => readLog(new Uint8Array(entries)));
  return { labels: mergeLogs(logs, latestWins), sequence };
}

export const hasSought = (sql: SqlStorage): boolean =>
  sql.exec("select 1 from sought_label limit 1").toArray().length > 0;

/** A few rows of up to 2 MB: their ids pass RPC with room to spare. */
const soughtRows = 8;

/**
 * These were looked for.
 * @returns whether there are more
 */
export function finishSought(sql: SqlStorage, sequence: number): boolean {
  sql.exec("delete from sought_label where sequence <= ?", sequence);
  return hasSought(sql);
}
