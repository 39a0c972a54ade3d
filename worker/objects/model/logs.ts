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
import { floorTo } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { repeatedSendings } from "#core/domain/outcomes.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";
import type { BatchStore } from "./batch-store.ts";

/** Packed logs per base pane: predictions that labels may join, labels, and labels that wait. Cut into parts by size. */
export const partEntries = (width: number): number =>
  Math.floor(limits.storedRowBytes / logEntryBytes(width)) - 2;

const logTables = ["prediction_log", "label_log"] as const;
type LogTable = (typeof logTables)[number];

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

/** Rows of a stretch whose prediction id was sent before in their pane, to this object or to a shard. */
export function countDuplicates(sql: SqlStorage, fromMs: number, toMs: number): number {
  const tables = ["prediction_log", "sent"] as const;
  return tables.reduce((sum, table) => {
    const count = `select sum(duplicates) as total from ${table} where pane_ms >= ? and pane_ms < ?`;
    return sum + (sql.exec<{ total: number | null }>(count, fromMs, toMs).one().total ?? 0);
  }, 0);
}

export function cutParts(log: IdLog): IdLog[] {
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

/** How logs pass from object to object: in parts as they lie, page by page, since memory and RPC are bounded. */
export interface LogPart {
  paneMs: number;
  table: LogTable;
  /** By writeLog. */
  entries: Uint8Array;
}

export type LogPlace = Pick<LogPart, "paneMs" | "table"> & { part: number };

export interface LogPage {
  parts: LogPart[];
  /** The last part, behind which the next page begins; null at the end. */
  next: LogPlace | null;
}

/** Each of 32 shards may have a page under way, and a page holds at least one part. */
const logPageBytes = 512 * 1024;

/** Parts of the panes in [from, to), pane by pane, behind a place. */
export function pageOfLogs(
  sql: SqlStorage,
  { fromMs, toMs, after }: { fromMs: number; toMs: number; after: LogPlace | null },
): LogPage {
  const parts: LogPart[] = [];
  let bytes = 0;
  const panes = logTables.flatMap((table) => listPanes(sql, table, after?.paneMs ?? fromMs, toMs));
  for (const paneMs of [...new Set(panes)].sort((a, b) => a - b))
    for (const table of logTables) {
      const begun = paneMs === after?.paneMs;
      if (begun && logTables.indexOf(table) < logTables.indexOf(after.table)) continue;
      const rows = sql.exec<{ part: number; entries: ArrayBuffer }>(
        `select part, entries from ${table} where pane_ms = ? and part > ? order by part`,
        ...[paneMs, begun && table === after.table ? after.part : -1],
      );
      for (const { part, entries } of rows) {
        parts.push({ paneMs, table, entries: new Uint8Array(entries) });
        bytes += entries.byteLength;
        if (bytes >= logPageBytes) return { parts, next: { paneMs, table, part } };
      }
    }
  return { parts, next: null };
}

export function deletePredictionsBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from prediction_log where pane_ms < ?", beforeMs);
}

export function deleteLabelsBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from label_log where pane_ms < ?", beforeMs);
}

export const hasLabelsBefore = (sql: SqlStorage, beforeMs: number): boolean =>
  sql.exec("select 1 from label_log where pane_ms < ? limit 1", beforeMs).toArray().length > 0;

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

/** Labels to look for in the shards, in rows of their own until they were. */
export function addSought(sql: SqlStorage, labels: IdLog): void {
  for (const part of cutParts(labels))
    sql.exec("insert into sought_label (entries) values (?)", writeLog(part));
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

/** Labels of panes that reach into [from, to), from the beginning or behind a place. */
export interface AskedLabels {
  fromMs: number;
  toMs: number;
  after: LabelPlace | null;
}
export interface LabelPage {
  /** As they lie, part by part. */
  logs: Uint8Array[];
  /** Where to go on; null at the end. */
  next: LabelPlace | null;
}
export interface LabelPlace {
  paneMs: number;
  part: number;
}

export function pageOfLabels(
  { sql, configured }: BatchStore,
  { fromMs, toMs, after: given }: AskedLabels,
): LabelPage {
  const after = given ?? { paneMs: floorTo(fromMs, configured.model.basePaneMs), part: -1 };
  const logs: Uint8Array[] = [];
  let bytes = 0;
  const rows = sql.exec<{ pane_ms: number; part: number; entries: ArrayBuffer }>(
    `select pane_ms, part, entries from label_log
     where (pane_ms, part) > (?, ?) and pane_ms < ? order by pane_ms, part`,
    ...[after.paneMs, after.part, toMs],
  );
  for (const { pane_ms: paneMs, part, entries } of rows) {
    logs.push(new Uint8Array(entries));
    bytes += entries.byteLength;
    if (bytes >= logPageBytes) return { logs, next: { paneMs, part } };
  }
  return { logs, next: null };
}
