import { limits } from "#core/domain/limits.ts";
import { emptyQuality, isEmptyQuality, mergeQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import type { DeltaPart } from "#core/domain/wire.ts";
import { CellCounts, type PaneContent, type PaneSum } from "./pane-content.ts";

/**
 * Panes: what a stretch of event time holds under one reference or under none, of all rows or of a segment. The only reader
 * and writer of their table.
 */

type PaneRow = {
  start_ms: number;
  size_ms: number;
  reference_id: string;
  segment: string;
  rows: number;
  counts: ArrayBuffer;
  quality: string;
};

/** What panes of a stretch add up to. */
export interface Merged<Content extends PaneSum> {
  rows: number;
  content: Content;
  quality: PaneQuality;
}

/** The same, in a reference's cells. */
export interface MergedPanes {
  rows: number;
  counts: Float64Array;
  quality: PaneQuality;
}

/** Which panes: those of one segment ("" for all rows), in one reference's cells or in none's (`noReference`). */
export interface PaneCells {
  referenceId: string;
  segment: string;
}

/** An empty content of the kind that rows under a reference are counted in. */
export type ContentOf = (referenceId: string) => PaneContent;

/** Adds the parts of many batches to their panes; each pane is read and written once. */
export function addToPanes(
  sql: SqlStorage,
  sizeMs: number,
  parts: readonly DeltaPart[],
  contentOf: ContentOf,
): void {
  const byPane = Map.groupBy(parts, (part) => `${part.paneStartMs} ${part.referenceId} ${part.segment}`);
  for (const ofPane of byPane.values()) {
    const [{ paneStartMs, referenceId, segment }] = ofPane;
    const merged = noPanes(contentOf(referenceId));
    const stored = sql.exec<PaneRow>(
      "select * from pane where start_ms = ? and size_ms = ? and reference_id = ? and segment = ?",
      ...[paneStartMs, sizeMs, referenceId, segment],
    );
    for (const pane of stored) addPane(merged, { ...pane, counts: new Uint8Array(pane.counts) });
    for (const part of ofPane) addPane(merged, part);
    writePane(sql, paneStartMs, sizeMs, { referenceId, segment }, merged);
  }
}

/** Of no pane yet. */
export const noPanes = <Content extends PaneSum>(content: Content): Merged<Content> => ({
  rows: 0,
  content,
  quality: emptyQuality(),
});

export function addPane(
  into: Merged<PaneSum>,
  { rows, counts, quality }: { rows: number; counts: Uint8Array; quality: string },
): void {
  into.content.add(counts);
  into.rows += rows;
  if (quality !== "") into.quality = mergeQuality(into.quality, JSON.parse(quality) as PaneQuality);
}

/** As panes and deltas hold it: nothing where there is nothing to tell. */
export const qualityText = (quality: PaneQuality): string =>
  isEmptyQuality(quality) ? "" : JSON.stringify(quality);

function writePane(
  sql: SqlStorage,
  startMs: number,
  sizeMs: number,
  { referenceId, segment }: PaneCells,
  { rows, content, quality }: Merged<PaneContent>,
): void {
  const bytes = content.bytes();
  const told = qualityText(quality);
  sql.exec(
    `insert or replace into pane (start_ms, size_ms, reference_id, segment, rows, counts, quality)
     values (?, ?, ?, ?, ?, ?, ?)`,
    ...[startMs, sizeMs, referenceId, segment, rows, bytes, told],
  );
}

/**
 * The reference whose cells a segment's stretch was counted in, `noReference` where it was sketched; null when it holds no
 * rows. Activations fall on boundaries
 * of the model's windows; a longer window that another reference came into force in is that of its newest rows.
 */
export function referenceCounted(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  segment: string,
): string | null {
  const [newest] = sql
    .exec<{
      reference_id: string;
    }>(
      `select reference_id from pane where start_ms >= ? and start_ms < ? and segment = ? and rows > 0
       order by start_ms desc limit 1`,
      ...[fromMs, toMs, segment],
    )
    .toArray();
  return newest?.reference_id ?? null;
}

/** Start of the newest pane from a time on whose rows were counted under another reference, or sketched. */
export function newestCountedOtherwise(sql: SqlStorage, fromMs: number, referenceId: string): number | null {
  return sql
    .exec<{ newest: number | null }>(
      `select max(start_ms) as newest from pane
       where start_ms >= ? and reference_id <> ? and segment = '' and rows > 0`,
      ...[fromMs, referenceId],
    )
    .one().newest;
}

/** Ids of the references that a segment's stretch was counted in, `noReference` among them. */
export function listPaneCells(sql: SqlStorage, fromMs: number, toMs: number, segment: string): string[] {
  return sql
    .exec<{
      reference_id: string;
    }>(
      "select distinct reference_id from pane where start_ms >= ? and start_ms < ? and segment = ? and rows > 0",
      ...[fromMs, toMs, segment],
    )
    .toArray()
    .map((row) => row.reference_id);
}

/** Start of the shortest stretch before a time that holds as many rows as the rule wants, or of all it may look at. */
export function startOfLastRows(
  sql: SqlStorage,
  { rows: wanted, stepMs }: { rows: number; stepMs: number },
  segment: string,
  endMs: number,
): number {
  const panes = sql.exec<{ start_ms: number; rows: number }>(
    `select start_ms, rows from pane where start_ms >= ? and start_ms < ? and segment = ? and rows > 0
     order by start_ms desc`,
    ...[endMs - limits.windowMs, endMs, segment],
  );
  let [startMs, rows] = [endMs, 0];
  for (const pane of panes) {
    if (rows >= wanted && pane.start_ms < startMs) break;
    rows += pane.rows;
    startMs = pane.start_ms;
  }
  return rows === 0 ? endMs - stepMs : startMs;
}

/** All panes of a stretch, of whatever size, merged: counts in a reference's cells. */
export function mergePanes(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  cells: PaneCells,
  slots: number,
): MergedPanes {
  const { rows, content, quality } = mergeContent(sql, fromMs, toMs, cells, new CellCounts(slots));
  return { rows, counts: content.counts, quality };
}

/** The same, of whatever kind the panes are. */
export function mergeContent<Content extends PaneSum>(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  { referenceId, segment }: PaneCells,
  content: Content,
): Merged<Content> {
  const merged = noPanes(content);
  const panes = sql.exec<PaneRow>(
    "select * from pane where start_ms >= ? and start_ms < ? and reference_id = ? and segment = ?",
    ...[fromMs, toMs, referenceId, segment],
  );
  for (const pane of panes) addPane(merged, { ...pane, counts: new Uint8Array(pane.counts) });
  return merged;
}

/** What is known of a stretch's rows, in whichever reference's cells they are counted, and when its newest pane with rows ends. */
export function toldOfPanes(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  segment: string,
): { rows: number; quality: PaneQuality; newestEndMs: number | null } {
  const panes = sql.exec<{ ends_ms: number; rows: number; quality: string }>(
    "select start_ms + size_ms as ends_ms, rows, quality from pane where start_ms >= ? and start_ms < ? and segment = ?",
    ...[fromMs, toMs, segment],
  );
  let [rows, quality, newestEndMs] = [0, emptyQuality(), -Infinity];
  for (const pane of panes) {
    rows += pane.rows;
    if (pane.rows > 0) newestEndMs = Math.max(newestEndMs, pane.ends_ms);
    if (pane.quality !== "") quality = mergeQuality(quality, JSON.parse(pane.quality) as PaneQuality);
  }
  return { rows, quality, newestEndMs: rows > 0 ? newestEndMs : null };
}

/** Rows of each of many stretches of a segment, in whichever reference's cells. */
export function rowsOfStretches(
  sql: SqlStorage,
  segment: string,
  stretches: readonly { fromMs: number; toMs: number }[],
): number[] {
  return stretches.map(
    ({ fromMs, toMs }) =>
      sql
        .exec<{
          rows: number | null;
        }>(
          "select sum(rows) as rows from pane where start_ms >= ? and start_ms < ? and segment = ?",
          ...[fromMs, toMs, segment],
        )
        .one().rows ?? 0,
  );
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
  contentOf: ContentOf,
  most: number,
): boolean {
  const groups = sql
    .exec<{ start_ms: number; reference_id: string; segment: string }>(
      `select distinct cast(floor(1.0 * start_ms / ?1) as integer) * ?1 as start_ms, reference_id, segment from pane
       where size_ms = ?2 and start_ms < ?3 order by 1 limit ?4`,
      ...[toSizeMs, fromSizeMs, Math.floor(beforeMs / toSizeMs) * toSizeMs, most],
    )
    .toArray();
  for (const { start_ms: startMs, reference_id: referenceId, segment } of groups) {
    const cells = { referenceId, segment };
    const merged = mergeContent(sql, startMs, startMs + toSizeMs, cells, contentOf(referenceId));
    sql.exec(
      "delete from pane where start_ms >= ? and start_ms < ? and reference_id = ? and segment = ?",
      ...[startMs, startMs + toSizeMs, referenceId, segment],
    );
    writePane(sql, startMs, toSizeMs, cells, merged);
  }
  return groups.length === most;
}

export function deletePanesBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from pane where start_ms < ?", beforeMs);
}
