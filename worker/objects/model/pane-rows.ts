import { floorTo, paneSizes } from "#core/domain/event-time.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import type { DeltaPart } from "#core/domain/wire.ts";

/**
 * How panes lie in rows. A pane that was rolled up is a row of its own. Base panes lie many in a row, a pack: those of the stretch
 * that they will be rolled up to, as far as they fit. A model whose batches come a minute apart would write a row a batch for its
 * panes otherwise, and delete each again; one that gets much has large panes, of which few are written again with each fold. The
 * only reader and writer of both tables.
 */
export type Pane = Pick<DeltaPart, "paneStartMs" | "rows" | "counts" | "quality">;

/** What is known of a pane without its counts. */
export interface PaneHead {
  startMs: number;
  sizeMs: number;
  referenceId: string;
  rows: number;
  quality: string;
}

/** Which panes: those of one segment ("" for all rows), in one reference's cells or in none's (`noReference`). */
export interface PaneCells {
  referenceId: string;
  segment: string;
}

export interface Stretch {
  fromMs: number;
  toMs: number;
}

/** Large enough for an hour of most models, and small beside what a fold has in hand: the last pack is written again with each. */
const packBytes = 512 * 1024;

/** Start, rows, bytes of counts, and quality: the counts lie one after the other in a column of their own, read where needed. */
type Entry = [startMs: number, rows: number, bytes: number, quality: string];
const entriesOf = (text: string): Entry[] => JSON.parse(text) as Entry[];

type SingleRow = { start_ms: number; size_ms: number; reference_id: string; rows: number; quality: string };
type PackRow = { size_ms: number; reference_id: string; panes: string };

const inPacks = "stretch_ms > ? and stretch_ms < ? and first_ms < ? and last_ms >= ? and segment = ?";
const boundsOf = ({ fromMs, toMs }: Stretch, segment: string) =>
  [fromMs - DAY_MS, toMs, toMs, fromMs, segment] as const;

/** Of all panes that begin in a stretch, in whichever reference's cells and in no order. */
export function* readHeads(sql: SqlStorage, { fromMs, toMs }: Stretch, segment: string): Generator<PaneHead> {
  const single = sql.exec<SingleRow>(
    "select start_ms, size_ms, reference_id, rows, quality from pane where start_ms >= ? and start_ms < ? and segment = ?",
    ...[fromMs, toMs, segment],
  );
  for (const { start_ms: startMs, size_ms: sizeMs, reference_id: referenceId, rows, quality } of single)
    yield { startMs, sizeMs, referenceId, rows, quality };
  const packs = sql.exec<PackRow>(
    `select size_ms, reference_id, panes from pane_pack where ${inPacks}`,
    ...boundsOf({ fromMs, toMs }, segment),
  );
  for (const { size_ms: sizeMs, reference_id: referenceId, panes } of packs)
    for (const [startMs, rows, , quality] of entriesOf(panes))
      if (startMs >= fromMs && startMs < toMs) yield { startMs, sizeMs, referenceId, rows, quality };
}

/** Panes that begin in a stretch, of whatever size, in no order. */
export function* readPanes(
  sql: SqlStorage,
  { fromMs, toMs }: Stretch,
  { referenceId, segment }: PaneCells,
): Generator<Pane> {
  const single = sql.exec<{ start_ms: number; rows: number; counts: ArrayBuffer; quality: string }>(
    `select start_ms, rows, counts, quality from pane
     where start_ms >= ? and start_ms < ? and reference_id = ? and segment = ?`,
    ...[fromMs, toMs, referenceId, segment],
  );
  for (const { start_ms: paneStartMs, rows, counts, quality } of single)
    yield { paneStartMs, rows, counts: new Uint8Array(counts), quality };
  const packs = sql.exec<{ panes: string; counts: ArrayBuffer }>(
    `select panes, counts from pane_pack where ${inPacks} and reference_id = ?`,
    ...[...boundsOf({ fromMs, toMs }, segment), referenceId],
  );
  for (const pack of packs)
    for (const pane of panesOf(pack)) if (pane.paneStartMs >= fromMs && pane.paneStartMs < toMs) yield pane;
}

function panesOf({ panes, counts }: { panes: string; counts: ArrayBuffer }): Pane[] {
  let at = 0;
  return entriesOf(panes).map(([paneStartMs, rows, bytes, quality]) => {
    const own = new Uint8Array(counts, at, bytes);
    at += bytes;
    return { paneStartMs, rows, counts: own, quality };
  });
}

/** The stretch that base panes of a size lie in packs by: what they are rolled up to. */
const packMs = (basePaneMs: number): number => paneSizes(basePaneMs)[1] ?? basePaneMs;

/**
 * Changes base panes. Each pack in which one changes is written once.
 * @param starts of the panes
 * @param change makes the new pane of the old one; null where there is none yet
 */
export function changePanes(
  sql: SqlStorage,
  basePaneMs: number,
  cells: PaneCells,
  starts: readonly number[],
  change: (startMs: number, before: Pane | null) => Pane,
): void {
  const byStretch = Map.groupBy(starts, (startMs) => floorTo(startMs, packMs(basePaneMs)));
  for (const [stretchMs, ofStretch] of byStretch) {
    const at = { ...cells, stretchMs, sizeMs: basePaneMs };
    const packs = listPacks(sql, at);
    // What comes before the first pack joins it.
    const byPack = Map.groupBy(
      ofStretch,
      (startMs) => packs.findLast((firstMs) => firstMs <= startMs) ?? packs.at(0) ?? null,
    );
    for (const [firstMs, own] of byPack) changePack(sql, at, { firstMs, own }, change);
  }
}

interface PackPlace extends PaneCells {
  stretchMs: number;
  sizeMs: number;
}

function changePack(
  sql: SqlStorage,
  at: PackPlace,
  { firstMs, own }: { firstMs: number | null; own: readonly number[] },
  change: (startMs: number, before: Pane | null) => Pane,
): void {
  const before = firstMs === null ? [] : readPack(sql, at, firstMs);
  const panes = new Map(before.map((pane) => [pane.paneStartMs, pane]));
  for (const startMs of own) panes.set(startMs, change(startMs, panes.get(startMs) ?? null));
  const packs = cutPacks([...panes.values()].sort((a, b) => a.paneStartMs - b.paneStartMs));
  if (firstMs !== null && !packs.some(([first]) => first.paneStartMs === firstMs))
    deletePack(sql, at, firstMs);
  for (const pack of packs) {
    const same = pack.length === before.length && !pack.some(({ paneStartMs }) => own.includes(paneStartMs));
    if (!same) writePack(sql, at, pack);
  }
}

/** In their order, as many in each as fit: a pack that was full stays as it is when one is added behind it. */
function cutPacks(panes: readonly Pane[]): Pane[][] {
  const packs: Pane[][] = [];
  let bytes = Infinity;
  for (const pane of panes) {
    const own = pane.counts.byteLength + pane.quality.length;
    if (bytes + own > packBytes) {
      packs.push([]);
      bytes = 0;
    }
    packs[packs.length - 1].push(pane);
    bytes += own;
  }
  return packs;
}

/** By their first pane, earliest first. */
function listPacks(sql: SqlStorage, { stretchMs, referenceId, segment }: PackPlace): number[] {
  return sql
    .exec<{
      first_ms: number;
    }>(
      "select first_ms from pane_pack where stretch_ms = ? and reference_id = ? and segment = ? order by first_ms",
      ...[stretchMs, referenceId, segment],
    )
    .toArray()
    .map((row) => row.first_ms);
}

function readPack(sql: SqlStorage, { stretchMs, referenceId, segment }: PackPlace, firstMs: number): Pane[] {
  return panesOf(
    sql
      .exec<{
        panes: string;
        counts: ArrayBuffer;
      }>(
        "select panes, counts from pane_pack where stretch_ms = ? and reference_id = ? and segment = ? and first_ms = ?",
        ...[stretchMs, referenceId, segment, firstMs],
      )
      .one(),
  );
}

function writePack(
  sql: SqlStorage,
  { stretchMs, sizeMs, referenceId, segment }: PackPlace,
  panes: readonly Pane[],
): void {
  const entries = panes.map(({ paneStartMs, rows, counts, quality }): Entry => [
    ...([paneStartMs, rows, counts.byteLength, quality] as const),
  ]);
  const counts = new Uint8Array(entries.reduce((sum, [, , bytes]) => sum + bytes, 0));
  let at = 0;
  for (const pane of panes) {
    counts.set(pane.counts, at);
    at += pane.counts.byteLength;
  }
  sql.exec(
    `insert or replace into pane_pack (stretch_ms, reference_id, segment, first_ms, last_ms, size_ms, panes, counts)
     values (?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[stretchMs, referenceId, segment, panes[0].paneStartMs, panes[panes.length - 1].paneStartMs],
    ...[sizeMs, JSON.stringify(entries), counts],
  );
}

function deletePack(sql: SqlStorage, { stretchMs, referenceId, segment }: PackPlace, firstMs: number): void {
  sql.exec(
    "delete from pane_pack where stretch_ms = ? and reference_id = ? and segment = ? and first_ms = ?",
    ...[stretchMs, referenceId, segment, firstMs],
  );
}

/** Stretches of the next size in which panes of a size lie that begin before a time, earliest first. */
export function listStretches(
  sql: SqlStorage,
  { fromSizeMs, toSizeMs, beforeMs }: { fromSizeMs: number; toSizeMs: number; beforeMs: number },
  most: number,
): ({ startMs: number } & PaneCells)[] {
  return sql
    .exec<{ start_ms: number; reference_id: string; segment: string }>(
      `select distinct cast(floor(1.0 * start_ms / ?1) as integer) * ?1 as start_ms, reference_id, segment from pane
       where size_ms = ?2 and start_ms < ?3
       union select stretch_ms, reference_id, segment from pane_pack where size_ms = ?2 and stretch_ms < ?3
       order by 1 limit ?4`,
      ...[toSizeMs, fromSizeMs, Math.floor(beforeMs / toSizeMs) * toSizeMs, most],
    )
    .toArray()
    .map((row) => ({ startMs: row.start_ms, referenceId: row.reference_id, segment: row.segment }));
}

/** One pane in place of all that begin in it. */
export function replacePanes(
  sql: SqlStorage,
  sizeMs: number,
  { referenceId, segment }: PaneCells,
  { paneStartMs, rows, counts, quality }: Pane,
): void {
  const stretch = [paneStartMs, paneStartMs + sizeMs, referenceId, segment];
  const where = "and reference_id = ? and segment = ?";
  sql.exec(`delete from pane where start_ms >= ? and start_ms < ? ${where}`, ...stretch);
  sql.exec(`delete from pane_pack where stretch_ms >= ? and stretch_ms < ? ${where}`, ...stretch);
  sql.exec(
    `insert into pane (start_ms, size_ms, reference_id, segment, rows, counts, quality)
     values (?, ?, ?, ?, ?, ?, ?)`,
    ...[paneStartMs, sizeMs, referenceId, segment, rows, counts, quality],
  );
}

/** A pack as a whole: its panes are rolled up long before they are forgotten, or are one. */
export function deletePanesBefore(sql: SqlStorage, beforeMs: number): void {
  sql.exec("delete from pane where start_ms < ?", beforeMs);
  sql.exec("delete from pane_pack where last_ms < ?", beforeMs);
}
