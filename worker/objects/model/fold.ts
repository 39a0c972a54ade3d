import { floorTo, referenceAt } from "#core/domain/event-time.ts";
import { emptyLog } from "#core/domain/id-log.ts";
import { performanceMonitor, seriesKey, seriesOf } from "#core/domain/monitor.ts";
import { endsOver } from "#core/domain/monitor-windows.ts";
import {
  type DeltaPart,
  isEmptyLog,
  noReference,
  readDelta,
  readLabelBatch,
  writeLog,
} from "#core/domain/wire.ts";
import { keepRecords } from "./archive-ledger.ts";
import { markDue, saveNextEnd } from "./due.ts";
import { dropGeneration, listGenerations, readGeneration, type StoredBatch } from "./deltas.ts";
import { placeLabels, wakeLabels } from "./label-joins.ts";
import { addPredictions, listPanes } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { isFull } from "./pace.ts";
import { addToPanes } from "./panes.ts";
import type { RefusedPane } from "./refused.ts";
import { saveProgress } from "./state.ts";
import { openGeneration } from "./take-batch.ts";

/**
 * Folds the oldest generation of what waits into panes and logs, whole, in one transaction that ends with its table dropped. What
 * comes is taken between one and the next.
 * @param which `full`: one that still takes batches stays as it is
 * @returns whether some is left
 */
export function foldGenerations(store: ModelStore, nowMs: number, which: "all" | "full" = "all"): boolean {
  if (store.refused.size > 0) {
    store.transaction(() => countRefused(store, store.refused.list(), nowMs));
    store.refused.clear();
  }
  if (store.backlog.all.batches === 0) return false;
  const [oldest] = listGenerations(store.sql);
  const isLast = oldest === store.configured.generation;
  if (isLast && which === "full" && !isFull(store.backlog.open)) return false;
  if (isLast) openGeneration(store);
  store.transaction(() => foldGeneration(store, oldest, nowMs));
  store.usage.folds++;
  return !isLast && (which === "all" ? store.backlog.all.batches > 0 : isFullWaiting(store));
}

/** Whether a generation waits that takes no more. */
export const isFullWaiting = ({ backlog }: ModelStore): boolean =>
  backlog.all.batches > backlog.open.batches || isFull(backlog.open);

/** What was refused whole, into panes without rows. */
export function countRefused(store: ModelStore, refused: readonly RefusedPane[], nowMs: number): void {
  const { configured: state } = store;
  const parts = refused.map(([paneStartMs, quality]): DeltaPart => {
    const referenceId = referenceAt(state.activations, paneStartMs) ?? noReference;
    const counts = store.contentOf(referenceId).bytes();
    return { ...nothing, paneStartMs, referenceId, counts, quality: JSON.stringify(quality) };
  });
  countParts(store, parts, nowMs);
}

/** Adds to panes, and to what is to be checked and estimated. */
export function countParts(store: ModelStore, parts: readonly DeltaPart[], nowMs: number): void {
  const { sql, configured: state } = store;
  addToPanes(sql, state.model.basePaneMs, parts, (referenceId) => store.contentOf(referenceId));
  markChecks(store, parts, nowMs);
  markEstimates(store, parts, nowMs);
}

const nothing = { segment: "", rows: 0, log: writeLog(emptyLog) };

function foldGeneration(store: ModelStore, generation: number, nowMs: number): void {
  const { sql } = store;
  const batches = readGeneration(sql, generation);
  foldPredictions(store, batches, nowMs);
  foldLabels(store, batches, nowMs);
  store.receipts.add(batches);
  keepRecords(store, generation, batches);
  dropGeneration(sql, generation);
  store.waitingIds.drop(generation);
  store.backlog.all.batches -= batches.length;
  store.backlog.all.bytes -= batches.reduce((sum, { payload }) => sum + payload.byteLength, 0);
}

function foldPredictions(store: ModelStore, batches: readonly StoredBatch[], nowMs: number): void {
  const { sql } = store;
  const predictions = batches.filter(({ kind }) => kind === "predictions");
  if (predictions.length === 0) return;
  const parts = predictions.flatMap(({ payload }) => readDelta(payload));
  countParts(store, parts, nowMs);
  foldLogs(store, parts, nowMs);
  saveProgress(sql, {
    rows: predictions.reduce((sum, { receipt }) => sum + receipt.accepted, 0),
    newestMs: predictions.reduce((newest, batch) => Math.max(newest, batch.newestMs ?? newest), -Infinity),
  });
}

/** The windows of each series that the new rows lie in are to be checked, once they have closed. */
function markChecks(store: ModelStore, parts: readonly DeltaPart[], nowMs: number): void {
  const { sql, configured: state } = store;
  const panesOf = Map.groupBy(parts, (part) => part.segment);
  for (const { key, monitor, segment } of seriesOf(state.model, state.policy)) {
    const ends = new Set<number>();
    for (const paneMs of new Set(panesOf.get(segment)?.map((part) => part.paneStartMs)))
      for (const endMs of endsOver(monitor.window, state.model, paneMs)) ends.add(endMs);
    if (ends.size === 0) continue;
    const revisableMs = store.revisableFromMs(monitor.window, nowMs);
    markDue(
      sql,
      "check",
      key,
      [...ends].filter((endMs) => endMs >= revisableMs),
    );
    if (state.nextEnds.has(key)) continue;
    const first = Math.min(...ends);
    state.nextEnds.set(key, first);
    saveNextEnd(sql, key, first);
  }
}

/** The model's windows that the new rows lie in are to be estimated, once they have closed, where their counts tell. */
function markEstimates(store: ModelStore, parts: readonly DeltaPart[], nowMs: number): void {
  const { windowMs } = store.configured.model;
  const revisableMs = store.revisableFromMs({ kind: "tumbling" }, nowMs);
  for (const [segment, ofSegment] of Map.groupBy(parts, (part) => part.segment)) {
    const telling = ofSegment.filter(
      ({ rows, referenceId }) => rows > 0 && store.references.estimates(referenceId),
    );
    const ends = new Set(telling.map(({ paneStartMs }) => floorTo(paneStartMs, windowMs) + windowMs));
    markDue(
      store.sql,
      "estimate",
      seriesKey(performanceMonitor, segment),
      [...ends].filter((endMs) => endMs >= revisableMs),
    );
  }
}

function foldLogs(store: ModelStore, parts: readonly DeltaPart[], nowMs: number): void {
  const { windowMs } = store.configured.model;
  const joinableMs = store.joinableFromMs(nowMs);
  const byPane = Map.groupBy(
    parts.filter((part) => part.paneStartMs >= joinableMs),
    (part) => part.paneStartMs,
  );
  const labelled = new Set<number>();
  for (const [paneMs, ofPane] of byPane) {
    const logs = ofPane.map(({ log }) => log).filter((log) => !isEmptyLog(log));
    if (logs.length === 0) continue;
    addPredictions(store, paneMs, logs);
    wakeLabels(store, paneMs, logs);
    const endMs = floorTo(paneMs, windowMs) + windowMs;
    if (hasLabels(store, endMs)) labelled.add(endMs);
  }
  store.markChanged(labelled);
}

/** Whether there are labels in the window that ends then, here or in a shard. */
export function hasLabels({ sql, configured }: ModelStore, endMs: number): boolean {
  const { windowMs } = configured.model;
  return (
    sql.exec("select 1 from labelled where end_ms = ?", endMs).toArray().length > 0 ||
    listPanes(sql, "label_log", endMs - windowMs, endMs).length > 0
  );
}

function foldLabels(store: ModelStore, batches: readonly StoredBatch[], nowMs: number): void {
  const groups = batches
    .filter(({ kind }) => kind === "labels")
    .flatMap(({ payload }) => readLabelBatch(payload));
  if (groups.length > 0) placeLabels(store, groups, nowMs);
}
