import type { Columns } from "#core/domain/columns.ts";
import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { emptyLog } from "#core/domain/id-log.ts";
import { type PaneQuality, qualityOfBatch } from "#core/domain/pane-quality.ts";
import { segmentCodes, segmentKeys } from "#core/domain/segments.ts";
import { sketchRows } from "#core/domain/sketch-rows.ts";
import { type DeltaPart, noReference, writeCounts, writeLog, writeSketches } from "#core/domain/wire.ts";
import type { RefusalTally } from "#core/formats/row-reader.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { HeldReference, Plan } from "./plan-cache.ts";
import { predictionLogger } from "./prediction-log.ts";

/** Valid rows of a batch, as the core parsed them. */
export interface ParsedRows {
  columns: Columns;
  predictionIds: (string | null)[];
  /** Model version that the whole batch was answered by; null where the sender did not say. */
  version: string | null;
  /** The rows that were not valid. */
  refusals: RefusalTally;
  /** Fields that the model does not know. */
  ignored: readonly string[];
}

/** Rows of one pane with the reference in force there. */
export interface PaneRows {
  paneStartMs: number;
  referenceId: string | null;
  rows: number[];
}

export interface FoldedBatch {
  parts: DeltaPart[];
  accepted: number;
  newestMs: number | null;
  windows: { endMs: number; rows: number }[];
  /** What there is to tell of a batch of which nothing is accepted. */
  refusedWhole: RefusedWhole | null;
}

export interface RefusedWhole {
  quality: PaneQuality;
  /** Greatest time of its rows; null where none could be read. */
  newestMs: number | null;
}

export function groupByPane({ columns }: Pick<ParsedRows, "columns">, plan: Plan): PaneRows[] {
  const { basePaneMs } = plan.model;
  const panes = new Map<number, PaneRows>();
  const timesMs = columns.timesMs ?? new Float64Array(0);
  for (let row = 0; row < timesMs.length; row++) {
    const paneStartMs = floorTo(timesMs[row], basePaneMs);
    let pane = panes.get(paneStartMs);
    if (pane === undefined) {
      pane = { paneStartMs, referenceId: referenceAt(plan.activations, paneStartMs), rows: [] };
      panes.set(paneStartMs, pane);
    }
    pane.rows.push(row);
  }
  return [...panes.values()];
}

/**
 * Counts each pane's rows in the cells of the reference in force there, and each segment's in those of its own; sketches them
 * where no reference is in force.
 */
export function foldRows(
  kernel: Kernel,
  parsed: ParsedRows,
  panes: readonly PaneRows[],
  references: ReadonlyMap<string, HeldReference>,
  plan: Plan,
): FoldedBatch {
  const { columns } = parsed;
  const { windowMs, features } = plan.model;
  const counted = (by: HeldReference | undefined, rows?: Int32Array) =>
    by === undefined
      ? { referenceId: noReference, counts: writeSketches(sketchRows(kernel, features, columns, rows)) }
      : { referenceId: by.id, counts: writeCounts(by.folder.fold(columns, rows)) };
  const log = predictionLogger(plan.model, parsed, { sendings: 1 });
  const cut = segmentCutter(parsed, plan);
  const timesMs = columns.timesMs ?? new Float64Array(columns.rows);
  const parts: DeltaPart[] = [];
  const windows = new Map<number, number>();
  let [accepted, newestMs] = [0, -Infinity];
  let newest: DeltaPart | null = null;
  for (const { paneStartMs, referenceId, rows } of panes) {
    const held = referenceId === null ? undefined : references.get(referenceId);
    if (referenceId !== null && held === undefined) throw new RangeError(`${referenceId} was not fetched`);
    const all = counted(held, rows.length === columns.rows ? undefined : Int32Array.from(rows));
    const part: DeltaPart = {
      ...{ paneStartMs, ...all, segment: "", rows: rows.length },
      ...{ log: writeLog(log(rows)), quality: "" },
    };
    parts.push(part);
    if (newest === null || paneStartMs > newest.paneStartMs) newest = part;
    for (const { segment, inSegment } of cut(rows)) {
      const own = held?.segments.get(segment);
      // A reference that has none of the segment had too few of its rows: it is not monitored.
      if (held !== undefined && own === undefined) continue;
      const inCells = { paneStartMs, ...counted(own, inSegment), segment, rows: inSegment.length };
      parts.push({ ...inCells, log: noLog, quality: "" });
    }
    accepted += rows.length;
    const endMs = floorTo(paneStartMs, windowMs) + windowMs;
    windows.set(endMs, (windows.get(endMs) ?? 0) + rows.length);
    for (const row of rows) newestMs = Math.max(newestMs, timesMs[row]);
  }
  const { refusals, ignored } = parsed;
  const ofBatch = qualityOfBatch(accepted, refusals, ignored);
  if (newest !== null) newest.quality = JSON.stringify(ofBatch);
  return {
    parts,
    accepted,
    newestMs: accepted === 0 ? null : newestMs,
    windows: Array.from(windows, ([endMs, rows]) => ({ endMs, rows })),
    refusedWhole: newest === null ? { quality: ofBatch, newestMs: refusals.newestMs } : null,
  };
}

const noLog = writeLog(emptyLog);

/** Splits rows by every declared cut: a row is in one segment of each. */
function segmentCutter(
  { columns, version }: ParsedRows,
  { model }: Plan,
): (rows: readonly number[]) => { segment: string; inSegment: Int32Array }[] {
  const cuts = model.segments.map((segment) => ({
    keys: segmentKeys(segment),
    codes: segmentCodes(segment, columns, version),
  }));
  return (rows) =>
    cuts.flatMap(({ keys, codes }) =>
      Array.from(
        Map.groupBy(rows, (row) => codes[row]),
        ([code, inSegment]) => ({ segment: keys[code], inSegment: Int32Array.from(inSegment) }),
      ),
    );
}
