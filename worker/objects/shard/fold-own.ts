import { isEmptyLog, readDelta, readLabelBatch } from "#core/domain/wire.ts";
import type { StoredBatch } from "../model/deltas.ts";
import { addLabels, addPredictions } from "../model/logs.ts";
import type { ShardStore } from "./shard-store.ts";

/**
 * Keeps what a shard keeps of a generation: the receipts of its batches, and by pane the logs of its predictions and of its
 * labels. Once, however often its counts are handed over. Labels that do not say when their prediction was made are the
 * model's to place.
 */
export function foldOwn(
  store: ShardStore,
  generation: number,
  batches: readonly StoredBatch[],
  nowMs: number,
): void {
  if (generation <= store.configured.folded) return;
  store.transaction(() => {
    const groups = batches
      .filter(({ kind }) => kind === "labels")
      .flatMap(({ payload }) => readLabelBatch(payload));
    const sent = batches
      .filter(({ kind }) => kind === "predictions")
      .flatMap(({ payload }) => readDelta(payload));
    const repeated = groups.map(({ paneStartMs, predictions }) => ({ paneStartMs, log: predictions }));
    for (const [paneMs, logs] of byPane(store, [...sent, ...repeated], nowMs))
      addPredictions(store, paneMs, logs);
    for (const [paneMs, logs] of byPane(store, groups, nowMs)) addLabels(store.sql, paneMs, logs);
    store.receipts.add(batches);
    store.sql.exec("update state set folded = ?", generation);
  });
  store.configured.folded = generation;
}

/** Logs with something in them, of panes that may still be joined. */
function byPane(
  store: ShardStore,
  logs: readonly { paneStartMs: number | null; log: Uint8Array }[],
  nowMs: number,
): Map<number, Uint8Array[]> {
  const joinableMs = store.joinableFromMs(nowMs);
  const found = new Map<number, Uint8Array[]>();
  for (const { paneStartMs, log } of logs) {
    if (paneStartMs === null || paneStartMs < joinableMs || isEmptyLog(log)) continue;
    const ofPane = found.get(paneStartMs) ?? [];
    ofPane.push(log);
    found.set(paneStartMs, ofPane);
  }
  return found;
}
