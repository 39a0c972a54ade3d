import { floorTo } from "#core/domain/event-time.ts";
import { firstWins } from "#core/domain/id-log.ts";
import { readDelta, readLabelBatch, readLog, type DeltaPart } from "#core/domain/wire.ts";
import { dropGeneration, listGenerations, readGeneration, type StoredBatch } from "./deltas.ts";
import { placeLabels, wakeLabels } from "./label-joins.ts";
import { addToPaneLog, listPanes } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { pace } from "./pace.ts";
import { addToPanes } from "./panes.ts";
import { saveProgress } from "./state.ts";
import { openGeneration } from "./take-batch.ts";
import { markWindows } from "./windows.ts";

/**
 * Folds what waits into panes and logs: each generation whole, in one transaction that ends with its table dropped.
 * @returns whether some is left
 */
export function foldGenerations(store: ModelStore, nowMs: number): boolean {
  if (store.backlog.all.batches === 0) return false;
  if (store.backlog.open.batches > 0) openGeneration(store);
  const closed = listGenerations(store.sql).filter(
    (generation) => generation !== store.configured.generation,
  );
  for (const generation of closed.slice(0, pace.generationsPerAlarm))
    store.transaction(() => foldGeneration(store, generation, nowMs));
  return closed.length > pace.generationsPerAlarm;
}

function foldGeneration(store: ModelStore, generation: number, nowMs: number): void {
  const { sql } = store;
  const batches = readGeneration(sql, generation);
  foldPredictions(store, batches, nowMs);
  foldLabels(store, batches, nowMs);
  store.receipts.add(batches);
  dropGeneration(sql, generation);
  store.backlog.all.batches -= batches.length;
  store.backlog.all.bytes -= batches.reduce((sum, { payload }) => sum + payload.byteLength, 0);
}

function foldPredictions(store: ModelStore, batches: readonly StoredBatch[], nowMs: number): void {
  const { sql, configured: state } = store;
  const predictions = batches.filter(({ kind }) => kind === "predictions");
  if (predictions.length === 0) return;
  const parts = predictions.flatMap(({ payload }) => readDelta(payload));
  addToPanes(sql, state.model.basePaneMs, parts, (referenceId) => store.references.slotsOf(referenceId));
  foldLogs(store, parts, nowMs);

  const windows = new Set(parts.map((part) => floorTo(part.paneStartMs, state.model.windowMs)));
  const revisableMs = store.revisableFromMs(nowMs);
  markWindows(
    sql,
    "changed",
    [...windows].filter((startMs) => startMs >= revisableMs),
  );
  state.nextCloseMs ??= Math.min(...windows);
  saveProgress(sql, {
    rows: predictions.reduce((sum, { receipt }) => sum + receipt.accepted, 0),
    newestMs: predictions.reduce((newest, batch) => Math.max(newest, batch.newestMs ?? newest), -Infinity),
    nextCloseMs: state.nextCloseMs,
  });
}

/** Logs of the pane's batches in order of arrival, since the first prediction with an id wins. */
function foldLogs(store: ModelStore, parts: readonly DeltaPart[], nowMs: number): void {
  const { sql, configured: state } = store;
  const joinableMs = store.joinableFromMs(nowMs);
  const byPane = Map.groupBy(
    parts.filter((part) => part.paneStartMs >= joinableMs),
    (part) => part.paneStartMs,
  );
  const labelled = new Set<number>();
  for (const [paneMs, ofPane] of byPane) {
    const logs = ofPane.map((part) => readLog(part.log)).filter((log) => log.hi.length > 0);
    if (logs.length === 0) continue;
    addToPaneLog(sql, "prediction_log", paneMs, logs, firstWins);
    store.filters.forget(paneMs);
    wakeLabels(store, paneMs, logs);
    const startMs = floorTo(paneMs, state.model.windowMs);
    if (listPanes(sql, "label_log", startMs, startMs + state.model.windowMs).length > 0)
      labelled.add(startMs);
  }
  markWindows(sql, "labels_changed", labelled);
}

function foldLabels(store: ModelStore, batches: readonly StoredBatch[], nowMs: number): void {
  const groups = batches
    .filter(({ kind }) => kind === "labels")
    .flatMap(({ payload }) => readLabelBatch(payload));
  if (groups.length > 0) placeLabels(store, groups, nowMs);
}
