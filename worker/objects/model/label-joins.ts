import { floorTo } from "#core/domain/event-time.ts";
import {
  entryOf,
  firstWins,
  joinLogs,
  latestWins,
  mergeLogs,
  pickLog,
  type IdLog,
} from "#core/domain/id-log.ts";
import type { LabelGroup } from "#core/domain/wire.ts";
import { addLabels, addPredictions, readPaneLog, readWaiting, writeWaiting } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";

/**
 * Labels lie beside the predictions of their pane and are joined when performance is computed, so a label that comes
 * before its prediction simply waits there. Only a label that does not say when its prediction was made is searched
 * for, and waits apart until a prediction answers to it.
 */
export function placeLabels(store: ModelStore, groups: readonly LabelGroup[], nowMs: number): void {
  const byPane = Map.groupBy(groups, (group) => group.paneStartMs);
  const unplaced = mergeLogs(
    (byPane.get(null) ?? []).map(({ log }) => log),
    latestWins,
  );
  for (const [paneMs, ofPane] of byPane) {
    if (paneMs === null || paneMs < store.joinableFromMs(nowMs)) continue;
    const repeated = ofPane.map(({ predictions }) => predictions).filter((log) => log.hi.length > 0);
    if (repeated.length > 0) {
      addPredictions(store.sql, paneMs, repeated);
      store.filters.forget(paneMs);
    }
    putLabels(
      store,
      paneMs,
      ofPane.map(({ log }) => log),
    );
  }
  if (unplaced.hi.length > 0) searchPanes(store, unplaced, nowMs);
}

function putLabels(store: ModelStore, paneMs: number, logs: readonly IdLog[]): void {
  addLabels(store.sql, paneMs, logs);
  const { windowMs } = store.configured.model;
  store.markChanged([floorTo(paneMs, windowMs) + windowMs]);
}

/** The oldest pane that holds the id takes the label: the first prediction wins across panes too. */
function searchPanes(store: ModelStore, labels: IdLog, nowMs: number): void {
  const found = new Uint8Array(labels.hi.length);
  for (const { paneMs, positions } of store.filters.find(labels, store.joinableFromMs(nowMs))) {
    const candidates = positions.filter((position) => found[position] === 0);
    if (candidates.length === 0) continue;
    const { inA } = joinLogs(pickLog(labels, candidates), readPaneLog(store.sql, "prediction_log", paneMs));
    if (inA.length === 0) continue;
    const hits = Array.from(inA, (index) => candidates[index]);
    for (const position of hits) found[position] = 1;
    putLabels(store, paneMs, [pickLog(labels, hits)]);
  }
  const lost = Array.from(labels.hi.keys()).filter((position) => found[position] === 0);
  if (lost.length > 0)
    writeWaiting(store.sql, mergeLogs([readWaiting(store.sql), pickLog(labels, lost)], latestWins));
}

/** Predictions arrived in a pane: labels that wait for them move there. */
export function wakeLabels(store: ModelStore, paneMs: number, predictions: readonly IdLog[]): void {
  const waiting = readWaiting(store.sql);
  if (waiting.hi.length === 0) return;
  const arrived = mergeLogs(predictions, firstWins);
  const { inA } = joinLogs(waiting, arrived);
  if (inA.length === 0) return;
  putLabels(store, paneMs, [pickLog(waiting, Array.from(inA))]);
  const woken = new Set(inA);
  writeWaiting(
    store.sql,
    pickLog(
      waiting,
      Array.from(waiting.hi.keys()).filter((position) => !woken.has(position)),
    ),
  );
}

/** Labels known longer ago than the horizon stop waiting. */
export function forgetWaiting(store: ModelStore, beforeMs: number): void {
  const waiting = readWaiting(store.sql);
  const kept = Array.from(waiting.hi.keys()).filter((position) => entryOf(waiting, position)[0] >= beforeMs);
  if (kept.length < waiting.hi.length) writeWaiting(store.sql, pickLog(waiting, kept));
}
