import { floorTo } from "#core/domain/event-time.ts";
import { entryOf, joinLogs, latestWins, mergeLogs, pickLog, type IdLog } from "#core/domain/id-log.ts";
import { isEmptyLog, type LabelGroup, readLog, writeLog } from "#core/domain/wire.ts";
import { keepSearched } from "./archive-ledger.ts";
import type { BatchStore } from "./batch-store.ts";
import { addLabels, addPredictions, readPart } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { isSharded } from "./plan.ts";
import { addSought, finishSought, readSought, readWaiting, writeWaiting } from "./waiting-labels.ts";

/**
 * Labels lie beside the predictions of their pane and are joined when performance is computed, so a label that comes
 * before its prediction simply waits there. Only a label that does not say when its prediction was made is searched
 * for, and waits apart until a prediction answers to it.
 */
export function placeLabels(store: ModelStore, groups: readonly LabelGroup[], nowMs: number): void {
  const byPane = Map.groupBy(groups, (group) => group.paneStartMs);
  const unplaced = mergeLogs(
    (byPane.get(null) ?? []).map(({ log }) => readLog(log)),
    latestWins,
  );
  for (const [paneMs, ofPane] of byPane) {
    if (paneMs === null || paneMs < store.joinableFromMs(nowMs)) continue;
    const repeated = ofPane.map(({ predictions }) => predictions).filter((log) => !isEmptyLog(log));
    if (repeated.length > 0) addPredictions(store, paneMs, repeated);
    putLabels(
      store,
      paneMs,
      ofPane.map(({ log }) => log),
    );
  }
  if (unplaced.hi.length > 0) seekPanes(store, unplaced, nowMs);
}

function putLabels(store: ModelStore, paneMs: number, logs: readonly Uint8Array[]): void {
  addLabels(store.sql, paneMs, logs);
  const { windowMs } = store.configured.model;
  store.markChanged([floorTo(paneMs, windowMs) + windowMs]);
}

/** Where all logs are here the panes are searched at once; otherwise the labels wait, to be looked for in the shards too. */
function seekPanes(store: ModelStore, labels: IdLog, nowMs: number): void {
  if (isSharded(store.configured)) {
    keepWaiting(store, labels);
    addSought(store.sql, labels);
    return;
  }
  const panes = panesHolding(store, labels, store.joinableFromMs(nowMs));
  const lost = putFound(store, labels, panes);
  if (lost.length > 0) keepWaiting(store, pickLog(labels, lost));
}

/** For each entry the oldest pane in which its id was predicted, NaN where none is: the first prediction wins across panes too. */
export function panesHolding({ sql, filters }: BatchStore, labels: IdLog, fromMs: number): Float64Array {
  const panes = new Float64Array(labels.hi.length).fill(NaN);
  for (const { positions, ...place } of filters.find(labels, fromMs)) {
    const candidates = positions.filter((position) => Number.isNaN(panes[position]));
    if (candidates.length === 0) continue;
    const part = readLog(readPart(sql, "prediction_log", place));
    const { inA } = joinLogs(pickLog(labels, candidates), part);
    for (const index of inA) panes[candidates[index]] = place.paneMs;
  }
  return panes;
}

/**
 * Puts labels into the panes that were found for them.
 * @returns the positions of those without one
 */
function putFound(store: ModelStore, labels: IdLog, panes: Float64Array): number[] {
  const byPane = Map.groupBy(labels.hi.keys(), (position) => panes[position]);
  const lost = byPane.get(NaN) ?? [];
  byPane.delete(NaN);
  for (const [paneMs, positions] of byPane) {
    putLabels(store, paneMs, [writeLog(pickLog(labels, positions))]);
    store.searchedPanes.add(paneMs);
  }
  return lost;
}

function keepWaiting({ sql }: ModelStore, labels: IdLog): void {
  writeWaiting(sql, mergeLogs([readWaiting(sql), labels], latestWins));
}

/**
 * Predictions arrived in a pane: labels that wait for them move there, or are looked for again where a shard has them.
 * @param predictions by writeLog
 */
export function wakeLabels(store: ModelStore, paneMs: number, predictions: readonly Uint8Array[]): void {
  const waiting = readWaiting(store.sql);
  if (waiting.hi.length === 0) return;
  const found = new Set<number>();
  for (const log of predictions)
    for (const position of joinLogs(waiting, readLog(log)).inA) found.add(position);
  if (found.size === 0) return;
  const woken = pickLog(
    waiting,
    Array.from(found).sort((a, b) => a - b),
  );
  if (isSharded(store.configured)) {
    addSought(store.sql, woken);
    return;
  }
  putLabels(store, paneMs, [writeLog(woken)]);
  store.searchedPanes.add(paneMs);
  writeWaiting(store.sql, withoutIds(waiting, woken));
}

/** Whoever keeps predictions: tells of each id the oldest pane that holds it, else NaN. */
export type SeekPanes = (ids: IdLog, fromMs: number) => Promise<Float64Array>;

/**
 * Looks for labels in all logs, here and in the shards. A label waits until it is in a pane, so that a prediction that comes
 * meanwhile finds it, and has it looked for once more.
 * @returns whether there are more to look for
 */
export async function placeSought(
  store: ModelStore,
  seekElsewhere: SeekPanes,
  nowMs: number,
): Promise<boolean> {
  const sought = readSought(store.sql);
  if (sought === null) return false;
  const fromMs = store.joinableFromMs(nowMs);
  const elsewhere = await seekElsewhere(sought.labels, fromMs);
  return store.transaction(() => {
    const panes = panesHolding(store, sought.labels, fromMs).map((own, position) =>
      older(own, elsewhere[position]),
    );
    const found = Array.from(panes.keys()).filter((position) => !Number.isNaN(panes[position]));
    // A later label with the same id may have come meanwhile: what waits is what counts.
    const waiting = readWaiting(store.sql);
    const { inA, inB } = joinLogs(waiting, pickLog(sought.labels, found));
    const placed = pickLog(waiting, Array.from(inA));
    putFound(
      store,
      placed,
      Float64Array.from(inB, (index) => panes[found[index]]),
    );
    if (placed.hi.length > 0) writeWaiting(store.sql, withoutIds(waiting, placed));
    keepSearched(store);
    return finishSought(store.sql, sought.sequence);
  });
}

const older = (a: number, b: number): number => (Number.isNaN(a) || b < a ? b : a);

function withoutIds(log: IdLog, others: IdLog): IdLog {
  const gone = new Set(joinLogs(log, others).inA);
  return pickLog(
    log,
    Array.from(log.hi.keys()).filter((position) => !gone.has(position)),
  );
}

/** Labels known longer ago than the horizon stop waiting. */
export function forgetWaiting(store: ModelStore, beforeMs: number): void {
  const waiting = readWaiting(store.sql);
  const kept = Array.from(waiting.hi.keys()).filter((position) => entryOf(waiting, position)[0] >= beforeMs);
  if (kept.length < waiting.hi.length) writeWaiting(store.sql, pickLog(waiting, kept));
}
