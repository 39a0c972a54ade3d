import { ProblemError } from "#core/domain/errors.ts";
import { limits } from "#core/domain/limits.ts";
import { addCounts, writeCounts, type DeltaPart } from "#core/domain/wire.ts";

/** Panes: the counts of a stretch of event time under one reference. The only reader and writer of their table. */

type PaneRow = { start_ms: number; size_ms: number; reference_id: string; rows: number; counts: ArrayBuffer };

/**
 * Adds the parts of many batches to their panes; each pane is read and written once.
 * @param slotsOf the length of a reference's count vector
 */
export function addToPanes(
  sql: SqlStorage,
  sizeMs: number,
  parts: readonly DeltaPart[],
  slotsOf: (referenceId: string) => number,
): void {
  const byPane = Map.groupBy(parts, (part) => `${part.paneStartMs} ${part.referenceId}`);
  for (const ofPane of byPane.values()) {
    const [{ paneStartMs, referenceId }] = ofPane;
    const counts = new Float64Array(slotsOf(referenceId));
    const [stored] = sql
      .exec<PaneRow>(
        "select * from pane where start_ms = ? and size_ms = ? and reference_id = ?",
        paneStartMs,
        sizeMs,
        referenceId,
      )
      .toArray();
    if (stored !== undefined) addCounts(new Uint8Array(stored.counts), counts);
    let rows = stored?.rows ?? 0;
    for (const part of ofPane) {
      addCounts(part.counts, counts);
      rows += part.rows;
    }
    writePane(sql, paneStartMs, sizeMs, referenceId, rows, counts);
  }
}

function writePane(
  sql: SqlStorage,
  startMs: number,
  sizeMs: number,
  referenceId: string,
  rows: number,
  counts: Float64Array,
): void {
  const bytes = writeCounts(counts);
  if (bytes.length > limits.storedRowBytes)
    throw new RangeError(`a pane of ${bytes.length} bytes is too large to store`);
  sql.exec(
    "insert or replace into pane (start_ms, size_ms, reference_id, rows, counts) values (?, ?, ?, ?, ?)",
    startMs,
    sizeMs,
    referenceId,
    rows,
    bytes,
  );
}

/** The reference whose cells a stretch was counted in; null when it holds no rows. */
export function referenceCounted(sql: SqlStorage, fromMs: number, toMs: number): string | null {
  const found = sql
    .exec<{
      reference_id: string;
    }>("select distinct reference_id from pane where start_ms >= ? and start_ms < ?", fromMs, toMs)
    .toArray();
  if (found.length > 1)
    throw new ProblemError(
      "cells_differ",
      `panes from ${fromMs} to ${toMs} are counted under different references`,
    );
  return found[0]?.reference_id ?? null;
}

/** All panes of a stretch, of whatever size, merged. */
export function mergePanes(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  referenceId: string,
  slots: number,
): { rows: number; counts: Float64Array } {
  const counts = new Float64Array(slots);
  let rows = 0;
  const panes = sql.exec<PaneRow>(
    "select * from pane where start_ms >= ? and start_ms < ? and reference_id = ?",
    fromMs,
    toMs,
    referenceId,
  );
  for (const pane of panes) {
    addCounts(new Uint8Array(pane.counts), counts);
    rows += pane.rows;
  }
  return { rows, counts };
}

/** Start of the newest pane with rows. */
export function newestPaneMs(sql: SqlStorage): number | null {
  return sql.exec<{ newest: number | null }>("select max(start_ms) as newest from pane").one().newest;
}

/**
 * Merges panes of one size that begin before a time into the next size.
 * @returns whether there may be more to do
 */
export function rollUpPanes(
  sql: SqlStorage,
  fromSizeMs: number,
  toSizeMs: number,
  beforeMs: number,
  slotsOf: (referenceId: string) => number,
  most: number,
): boolean {
  const groups = sql
    .exec<{ start_ms: number; reference_id: string }>(
      `select distinct cast(floor(1.0 * start_ms / ?1) as integer) * ?1 as start_ms, reference_id from pane
       where size_ms = ?2 and start_ms < ?3 order by 1 limit ?4`,
      toSizeMs,
      fromSizeMs,
      Math.floor(beforeMs / toSizeMs) * toSizeMs,
      most,
    )
    .toArray();
  for (const { start_ms: startMs, reference_id: referenceId } of groups) {
    const merged = mergePanes(sql, startMs, startMs + toSizeMs, referenceId, slotsOf(referenceId));
    sql.exec(
      "delete from pane where start_ms >= ? and start_ms < ? and reference_id = ?",
      startMs,
      startMs + toSizeMs,
      referenceId,
    );
    writePane(sql, startMs, toSizeMs, referenceId, merged.rows, merged.counts);
  }
  return groups.length === most;
}

export function deletePanesBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from pane where start_ms < ?", beforeMs);
}
