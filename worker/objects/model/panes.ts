import { limits } from "#core/domain/limits.ts";
import { emptyQuality, isEmptyQuality, mergeQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import type { DeltaPart } from "#core/domain/wire.ts";
import { CellCounts, type PaneContent, type PaneSum } from "./pane-content.ts";
import {
  changePanes,
  listStretches,
  type Pane,
  type PaneCells,
  type PaneHead,
  readHeads,
  readPanes,
  replacePanes,
  type Stretch,
} from "./pane-rows.ts";

/**
 * Panes: what a stretch of event time holds under one reference or under none, of all rows or of a segment. How they lie in rows
 * is pane-rows.ts.
 */

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

/** An empty content of the kind that rows under a reference are counted in. */
export type ContentOf = (referenceId: string) => PaneContent;

/** Adds the parts of many batches to their panes; each row of panes is read and written once. */
export function addToPanes(
  sql: SqlStorage,
  sizeMs: number,
  parts: readonly DeltaPart[],
  contentOf: ContentOf,
): void {
  const byCells = Map.groupBy(parts, (part) => `${part.referenceId} ${part.segment}`);
  for (const ofCells of byCells.values()) {
    const [{ referenceId, segment }] = ofCells;
    const byPane = Map.groupBy(ofCells, (part) => part.paneStartMs);
    changePanes(sql, sizeMs, { referenceId, segment }, [...byPane.keys()], (paneStartMs, before) => {
      const merged = noPanes(contentOf(referenceId));
      if (before !== null) addPane(merged, before);
      for (const part of byPane.get(paneStartMs) ?? []) addPane(merged, part);
      return paneOf(paneStartMs, merged);
    });
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

const paneOf = (paneStartMs: number, { rows, content, quality }: Merged<PaneContent>): Pane => ({
  ...{ paneStartMs, rows, counts: content.bytes(), quality: qualityText(quality) },
});

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
  let newest: PaneHead | null = null;
  for (const head of readHeads(sql, { fromMs, toMs }, segment))
    if (head.rows > 0 && (newest === null || head.startMs > newest.startMs)) newest = head;
  return newest?.referenceId ?? null;
}

/** Start of the newest pane from a time on whose rows were counted under another reference, or sketched. */
export function newestCountedOtherwise(sql: SqlStorage, fromMs: number, referenceId: string): number | null {
  let newestMs = -Infinity;
  for (const head of readHeads(sql, { fromMs, toMs: Number.MAX_SAFE_INTEGER }, ""))
    if (head.rows > 0 && head.referenceId !== referenceId) newestMs = Math.max(newestMs, head.startMs);
  return newestMs === -Infinity ? null : newestMs;
}

/** Ids of the references that a segment's stretch was counted in, `noReference` among them. */
export function listPaneCells(sql: SqlStorage, fromMs: number, toMs: number, segment: string): string[] {
  const cells = new Set<string>();
  for (const { rows, referenceId } of readHeads(sql, { fromMs, toMs }, segment))
    if (rows > 0) cells.add(referenceId);
  return [...cells].sort();
}

/**
 * Start of the shortest stretch before a time that holds as many rows as the rule wants, or of all it may look at. Beside a pane
 * that was rolled up lie smaller ones of rows that came later: they are one stretch, that no window begins inside of.
 */
export function startOfLastRows(
  sql: SqlStorage,
  { rows: wanted, stepMs }: { rows: number; stepMs: number },
  segment: string,
  endMs: number,
): number {
  const panes = [...readHeads(sql, { fromMs: endMs - limits.windowMs, toMs: endMs }, segment)]
    .filter((pane) => pane.rows > 0)
    .sort((a, b) => a.startMs - b.startMs || b.sizeMs - a.sizeMs);
  const stretches: { startMs: number; endMs: number; rows: number }[] = [];
  for (const pane of panes) {
    const last = stretches.at(-1);
    if (last !== undefined && pane.startMs < last.endMs) last.rows += pane.rows;
    else stretches.push({ startMs: pane.startMs, endMs: pane.startMs + pane.sizeMs, rows: pane.rows });
  }
  let [startMs, rows] = [endMs - stepMs, 0];
  for (const stretch of stretches.reverse()) {
    if (rows >= wanted) break;
    startMs = stretch.startMs;
    rows += stretch.rows;
  }
  return startMs;
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
  cells: PaneCells,
  content: Content,
): Merged<Content> {
  const merged = noPanes(content);
  for (const pane of readPanes(sql, { fromMs, toMs }, cells)) addPane(merged, pane);
  return merged;
}

/** What is known of a stretch's rows, in whichever reference's cells they are counted, and when its newest pane with rows ends. */
export function toldOfPanes(
  sql: SqlStorage,
  fromMs: number,
  toMs: number,
  segment: string,
): { rows: number; quality: PaneQuality; newestEndMs: number | null } {
  let [rows, quality, newestEndMs] = [0, emptyQuality(), -Infinity];
  for (const pane of readHeads(sql, { fromMs, toMs }, segment)) {
    rows += pane.rows;
    if (pane.rows > 0) newestEndMs = Math.max(newestEndMs, pane.startMs + pane.sizeMs);
    if (pane.quality !== "") quality = mergeQuality(quality, JSON.parse(pane.quality) as PaneQuality);
  }
  return { rows, quality, newestEndMs: rows > 0 ? newestEndMs : null };
}

/** Rows of each of many stretches of a segment, in whichever reference's cells. */
export function rowsOfStretches(sql: SqlStorage, segment: string, stretches: readonly Stretch[]): number[] {
  return stretches.map((stretch) =>
    [...readHeads(sql, stretch, segment)].reduce((sum, { rows }) => sum + rows, 0),
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
  const stretches = listStretches(sql, { fromSizeMs, toSizeMs, beforeMs }, most);
  for (const { startMs, ...cells } of stretches) {
    const merged = mergeContent(sql, startMs, startMs + toSizeMs, cells, contentOf(cells.referenceId));
    replacePanes(sql, toSizeMs, cells, paneOf(startMs, merged));
  }
  return stretches.length === most;
}
