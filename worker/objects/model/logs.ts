import {
  emptyLog,
  firstWins,
  keepFirst,
  latestWins,
  logEntryBytes,
  mergeLogs,
  sliceLog,
  type IdLog,
} from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { repeatedSendings } from "#core/domain/outcomes.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";

/** Packed logs per base pane: predictions that labels may join, labels, and labels that wait. Cut into parts by size. */
export const partEntries = (width: number): number =>
  Math.floor(limits.storedRowBytes / logEntryBytes(width)) - 2;

type LogTable = "prediction_log" | "label_log";

export function readPaneLog(sql: SqlStorage, table: LogTable, paneMs: number): IdLog {
  const parts = sql
    .exec<{ entries: ArrayBuffer }>(`select entries from ${table} where pane_ms = ? order by part`, paneMs)
    .toArray()
    .map(({ entries }) => readLog(new Uint8Array(entries)));
  // Parts follow each other in id order: merging them keeps all.
  return mergeLogs(parts, keepFirst);
}

/** Merges predictions into a pane's: the first with an id stays. */
export function addPredictions(sql: SqlStorage, paneMs: number, arrived: readonly IdLog[]): void {
  const merged = mergeLogs([readPaneLog(sql, "prediction_log", paneMs), ...arrived], firstWins);
  // One row a part, and parts never become fewer: each is replaced where it stands.
  cutParts(merged).forEach((part, index) =>
    sql.exec(
      "insert or replace into prediction_log (pane_ms, part, entries, duplicates) values (?, ?, ?, ?)",
      ...[paneMs, index, writeLog(part), repeatedSendings(part)],
    ),
  );
}

/** Merges labels into a pane's: the last by label time stays. */
export function addLabels(sql: SqlStorage, paneMs: number, arrived: readonly IdLog[]): void {
  const merged = mergeLogs([readPaneLog(sql, "label_log", paneMs), ...arrived], latestWins);
  cutParts(merged).forEach((part, index) =>
    sql.exec(
      "insert or replace into label_log (pane_ms, part, entries) values (?, ?, ?)",
      ...[paneMs, index, writeLog(part)],
    ),
  );
}

/** Rows of a stretch whose prediction id was sent before in their pane. */
export function countDuplicates(sql: SqlStorage, fromMs: number, toMs: number): number {
  return (
    sql
      .exec<{
        total: number | null;
      }>(
        "select sum(duplicates) as total from prediction_log where pane_ms >= ? and pane_ms < ?",
        fromMs,
        toMs,
      )
      .one().total ?? 0
  );
}

function cutParts(log: IdLog): IdLog[] {
  const parts: IdLog[] = [];
  const most = partEntries(log.width);
  for (let from = 0; from < log.hi.length; from += most)
    parts.push(sliceLog(log, from, Math.min(from + most, log.hi.length)));
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
  return parts.length === 0 ? emptyLog : mergeLogs(parts, keepFirst);
}

export function writeWaiting(sql: SqlStorage, waiting: IdLog): void {
  sql.exec("delete from waiting_label");
  cutParts(waiting).forEach((part, index) =>
    sql.exec("insert into waiting_label (part, entries) values (?, ?)", index, writeLog(part)),
  );
}
