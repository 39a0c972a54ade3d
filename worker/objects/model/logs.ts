import {
  addUp,
  firstWins,
  type IdLog,
  latestWins,
  mergeLogs,
  sendingsOf,
  sliceIds,
} from "#core/domain/id-log.ts";
import { repeatedSendings } from "#core/domain/outcomes.ts";
import { readLog } from "#core/domain/wire.ts";
import type { BatchStore } from "./batch-store.ts";
import { fillParts, hasRoom, type PackedPart } from "./log-parts.ts";

/**
 * Packed logs per base pane: predictions that labels may join, and labels. How a log lies in parts is log-parts.ts. The only
 * reader and writer of their tables.
 */
export const logTables = ["prediction_log", "label_log"] as const;
export type LogTable = (typeof logTables)[number];

/** What is made of two entries with one id. */
const resolves = { prediction_log: firstWins, label_log: latestWins } as const;

/** Where a part lies. */
export interface PartPlace {
  paneMs: number;
  part: number;
}

/** Parts of the panes before a time, in the order of their places, behind one. */
export function* readParts(
  sql: SqlStorage,
  table: LogTable,
  { after, toMs }: { after: PartPlace; toMs: number },
): Generator<PartPlace & { entries: Uint8Array }, void, void> {
  const rows = sql.exec<{ pane_ms: number; part: number; entries: ArrayBuffer }>(
    `select pane_ms, part, entries from ${table}
     where (pane_ms, part) > (?, ?) and pane_ms < ? order by pane_ms, part`,
    ...[after.paneMs, after.part, toMs],
  );
  for (const { pane_ms: paneMs, part, entries } of rows)
    yield { paneMs, part, entries: new Uint8Array(entries) };
}

/** Those of one pane, behind a part of it. */
export const partsOfPane = (sql: SqlStorage, table: LogTable, paneMs: number, afterPart = -1) =>
  readParts(sql, table, { after: { paneMs, part: afterPart }, toMs: paneMs + 1 });

export function readPaneLog(sql: SqlStorage, table: LogTable, paneMs: number): IdLog {
  const parts = Array.from(partsOfPane(sql, table, paneMs), ({ entries }) => readLog(entries));
  return mergeLogs(parts, resolves[table]);
}

/** Of the panes from a time on, oldest first. */
export function listPredictionParts(sql: SqlStorage, fromMs: number): PartPlace[] {
  return sql
    .exec<{
      pane_ms: number;
      part: number;
    }>("select pane_ms, part from prediction_log where pane_ms >= ? order by pane_ms, part", fromMs)
    .toArray()
    .map(({ pane_ms: paneMs, part }) => ({ paneMs, part }));
}

export const readPart = (sql: SqlStorage, table: LogTable, { paneMs, part }: PartPlace): Uint8Array =>
  new Uint8Array(
    sql
      .exec<{
        entries: ArrayBuffer;
      }>(`select entries from ${table} where pane_ms = ? and part = ?`, paneMs, part)
      .one().entries,
  );

/**
 * Adds predictions to a pane's: the first with an id stays.
 * @param arrived by writeLog, of batches
 */
export function addPredictions(
  { sql, filters }: Pick<BatchStore, "sql" | "filters">,
  paneMs: number,
  arrived: readonly Uint8Array[],
): void {
  let [parts, changed] = [0, false];
  for (const { part, log, entries } of partsWith(sql, "prediction_log", { paneMs, arrived })) {
    sql.exec(
      "insert or replace into prediction_log (pane_ms, part, entries, duplicates) values (?, ?, ?, ?)",
      ...[paneMs, part, entries, repeatedSendings(log)],
    );
    filters.forget({ paneMs, part });
    [parts, changed] = [part + 1, true];
  }
  // What is in another part as well shows only when they are merged.
  if (changed && parts > 1)
    sql.exec(
      `insert into log_duplicates (pane_ms, duplicates) values (?, null)
       on conflict do update set duplicates = null where duplicates is not null`,
      paneMs,
    );
}

/**
 * Adds labels to a pane's: the last by label time stays.
 * @param arrived by writeLog, of batches
 */
export function addLabels(sql: SqlStorage, paneMs: number, arrived: readonly Uint8Array[]): void {
  for (const { part, entries } of partsWith(sql, "label_log", { paneMs, arrived }))
    sql.exec(
      "insert or replace into label_log (pane_ms, part, entries) values (?, ?, ?)",
      ...[paneMs, part, entries],
    );
}

/** The parts to write: the newest one of the pane, if it has room, and those behind it. */
function* partsWith(
  sql: SqlStorage,
  table: LogTable,
  { paneMs, arrived }: { paneMs: number; arrived: readonly Uint8Array[] },
): Generator<PackedPart & { part: number }, void, void> {
  const [newest] = sql
    .exec<{
      part: number;
      bytes: number;
    }>(
      `select part, length(entries) as bytes from ${table} where pane_ms = ? order by part desc limit 1`,
      paneMs,
    )
    .toArray();
  const open = newest !== undefined && hasRoom(newest.bytes, arrived) ? [newest.part] : [];
  const before = open.map((part) => readPart(sql, table, { paneMs, part }));
  let part = open.at(0) ?? (newest === undefined ? 0 : newest.part + 1);
  for (const packed of fillParts([...before, ...arrived], resolves[table])) yield { ...packed, part: part++ };
}

/** Rows of a stretch whose prediction id was sent before in their pane, to this object or to a shard. */
export function countDuplicates(sql: SqlStorage, fromMs: number, toMs: number): number {
  const sum = (table: string): number => {
    const count = `select sum(duplicates) as total from ${table} and pane_ms >= ? and pane_ms < ?`;
    return sql.exec<{ total: number | null }>(count, fromMs, toMs).one().total ?? 0;
  };
  const uncounted = sql
    .exec<{
      pane_ms: number;
    }>(
      "select pane_ms from log_duplicates where duplicates is null and pane_ms >= ? and pane_ms < ?",
      fromMs,
      toMs,
    )
    .toArray();
  return (
    sum("prediction_log where pane_ms not in (select pane_ms from log_duplicates)") +
    sum("log_duplicates where true") +
    sum("sent where true") +
    uncounted.reduce((total, { pane_ms: paneMs }) => total + duplicatesOf(sql, paneMs), 0)
  );
}

/** Parts whose ids are merged at once: of a pane of more, a range of ids after the other. */
const partsAtOnce = 16;

function duplicatesOf(sql: SqlStorage, paneMs: number): number {
  const { parts } = sql
    .exec<{ parts: number }>("select count(*) as parts from prediction_log where pane_ms = ?", paneMs)
    .one();
  const ranges = Math.ceil(parts / partsAtOnce);
  let duplicates = 0;
  for (let range = 0; range < ranges; range++) {
    const [from, to] = [range, range + 1].map((at) => (at * 2 ** 32) / ranges);
    const sent = Array.from(partsOfPane(sql, "prediction_log", paneMs), ({ entries }) =>
      sendingsOf(sliceIds(readLog(entries), from, to)),
    );
    duplicates += repeatedSendings(mergeLogs(sent, addUp));
  }
  return duplicates;
}

/**
 * Counts duplicates of the oldest pane before a time of which they are not known, since whoever asks for those of a window waits.
 * @returns whether there may be more
 */
export function countNextDuplicates(sql: SqlStorage, beforeMs: number): boolean {
  const [next] = sql
    .exec<{
      pane_ms: number;
    }>(
      "select pane_ms from log_duplicates where duplicates is null and pane_ms < ? order by pane_ms limit 1",
      beforeMs,
    )
    .toArray();
  if (next === undefined) return false;
  const { pane_ms: paneMs } = next;
  sql.exec("update log_duplicates set duplicates = ? where pane_ms = ?", duplicatesOf(sql, paneMs), paneMs);
  return true;
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

export function deletePredictionsBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from prediction_log where pane_ms < ?", beforeMs);
  sql.exec("delete from log_duplicates where pane_ms < ?", beforeMs);
}

export function deleteLabelsBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from label_log where pane_ms < ?", beforeMs);
}

export const hasLabelsBefore = (sql: SqlStorage, beforeMs: number): boolean =>
  sql.exec("select 1 from label_log where pane_ms < ? limit 1", beforeMs).toArray().length > 0;
