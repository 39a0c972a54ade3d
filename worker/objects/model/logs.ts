import {
  emptyLog,
  logEntryBytes,
  mergeLogs,
  sliceLog,
  type IdLog,
  type Replaces,
} from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";

/** Packed logs per base pane: predictions that labels may join, labels, and labels that wait. Cut into parts by size. */
export const partEntries = Math.floor(limits.storedRowBytes / logEntryBytes) - 2;

type LogTable = "prediction_log" | "label_log";

export function readPaneLog(sql: SqlStorage, table: LogTable, paneMs: number): IdLog {
  const parts = sql
    .exec<{ entries: ArrayBuffer }>(`select entries from ${table} where pane_ms = ? order by part`, paneMs)
    .toArray()
    .map(({ entries }) => readLog(new Uint8Array(entries)));
  // Parts follow each other in id order: merging them keeps all.
  return mergeLogs(parts, () => false);
}

/** Merges logs, in order of arrival, into a pane's. */
export function addToPaneLog(
  sql: SqlStorage,
  table: LogTable,
  paneMs: number,
  arrived: readonly IdLog[],
  replaces: Replaces,
): void {
  const stored = readPaneLog(sql, table, paneMs);
  const merged = mergeLogs([stored, ...arrived], replaces);
  const duplicates = arrived.reduce((sum, log) => sum + log.hi.length, stored.hi.length) - merged.hi.length;
  const columns =
    table === "prediction_log" ? "pane_ms, part, entries, duplicates" : "pane_ms, part, entries";
  // One row a part, and parts never become fewer: each is replaced where it stands.
  cutParts(merged).forEach((part, index) => {
    if (table === "prediction_log")
      sql.exec(
        `insert into prediction_log (${columns}) values (?, ?, ?, ?)
         on conflict do update set entries = excluded.entries, duplicates = duplicates + excluded.duplicates`,
        paneMs,
        index,
        writeLog(part),
        index === 0 ? duplicates : 0,
      );
    else
      sql.exec(
        `insert or replace into label_log (${columns}) values (?, ?, ?)`,
        paneMs,
        index,
        writeLog(part),
      );
  });
}

function cutParts(log: IdLog): IdLog[] {
  const parts: IdLog[] = [];
  for (let from = 0; from < log.hi.length; from += partEntries)
    parts.push(sliceLog(log, from, Math.min(from + partEntries, log.hi.length)));
  return parts;
}

export function listPanes(sql: SqlStorage, table: LogTable, fromMs: number, toMs: number): number[] {
  return sql
    .exec<{
      pane_ms: number;
    }>(
      `select distinct pane_ms from ${table} where pane_ms >= ? and pane_ms < ? order by pane_ms`,
      fromMs,
      toMs,
    )
    .toArray()
    .map((row) => row.pane_ms);
}

export function deleteLogsBefore(sql: SqlStorage, beforeMs: number): void {
  for (const table of ["prediction_log", "label_log"] as const)
    sql.exec(`delete from ${table} where pane_ms < ?`, beforeMs);
}

export function readWaiting(sql: SqlStorage): IdLog {
  const parts = sql
    .exec<{ entries: ArrayBuffer }>("select entries from waiting_label order by part")
    .toArray()
    .map(({ entries }) => readLog(new Uint8Array(entries)));
  return parts.length === 0 ? emptyLog : mergeLogs(parts, () => false);
}

export function writeWaiting(sql: SqlStorage, waiting: IdLog): void {
  sql.exec("delete from waiting_label");
  cutParts(waiting).forEach((part, index) =>
    sql.exec("insert into waiting_label (part, entries) values (?, ?)", index, writeLog(part)),
  );
}
