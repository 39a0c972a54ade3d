import { addUp, emptyLog, logEntryBytes, mergeLogs, sendingsOf, type IdLog } from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { repeatedSendings } from "#core/domain/outcomes.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";
import { cutParts } from "./log-parts.ts";
import { readPaneLog } from "./logs.ts";

/**
 * Predictions that come twice may come to different shards: by the ids that these hand over the model's object counts them,
 * of the newest panes. The only reader and writer of its table.
 */
export function addSent(sql: SqlStorage, paneMs: number, sent: IdLog): void {
  const stored = sql
    .exec<{ duplicates: number; entries: ArrayBuffer }>(
      "select duplicates, entries from sent where pane_ms = ? order by part",
      paneMs,
    )
    .toArray();
  // What this object took itself, before there were shards, is counted with its own logs.
  const before =
    stored.length === 0
      ? ownSendings(sql, paneMs)
      : mergeLogs(
          stored.map(({ entries }) => readLog(new Uint8Array(entries))),
          addUp,
        );
  if (before.hi.length >= limits.sentIdsOfPane) return;
  const after = mergeLogs([before, sent], addUp);
  const counted = stored.reduce((sum, { duplicates }) => sum + duplicates, 0);
  const duplicates = counted + repeatedSendings(after) - repeatedSendings(before);
  let part = 0;
  for (const { entries } of cutParts(after)) {
    sql.exec(
      "insert or replace into sent (pane_ms, part, duplicates, entries) values (?, ?, ?, ?)",
      ...[paneMs, part, part === 0 ? duplicates : 0, entries],
    );
    part++;
  }
  // Of an earlier build, which cut them smaller.
  if (part < stored.length) sql.exec("delete from sent where pane_ms = ? and part >= ?", paneMs, part);
}

function ownSendings(sql: SqlStorage, paneMs: number): IdLog {
  const own = readPaneLog(sql, "prediction_log", paneMs);
  return own.hi.length === 0 ? emptyLog : sendingsOf(own);
}

/** Forgets panes before a time, and of too many ids those of the oldest panes: what was counted of them stays. */
export function forgetSent(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from sent where pane_ms < ?", beforeMs);
  let left = limits.sentIds * logEntryBytes(1);
  const panes = sql
    .exec<{ pane_ms: number; bytes: number }>(
      "select pane_ms, sum(length(entries)) as bytes from sent group by pane_ms order by pane_ms desc",
    )
    .toArray();
  const old = panes.find(({ bytes }) => (left -= bytes) < 0);
  if (old === undefined) return;
  const nothing = writeLog(emptyLog);
  sql.exec("delete from sent where pane_ms <= ? and part > 0", old.pane_ms);
  sql.exec(
    "update sent set entries = ? where pane_ms <= ? and length(entries) > ?",
    ...[nothing, old.pane_ms, nothing.length],
  );
}
