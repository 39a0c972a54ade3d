import { floorTo } from "#core/domain/event-time.ts";
import { isEmptyLog, readDelta, readLabelBatch, readLog } from "#core/domain/wire.ts";
import { later } from "./batch-store.ts";
import { countParts, countRefused, hasLabels } from "./fold.ts";
import { placeLabels, wakeLabels } from "./label-joins.ts";
import { addSent } from "./sent.ts";
import type { ModelStore } from "./model-store.ts";
import type { RefusedPane } from "./refused.ts";
import { saveProgress } from "./state.ts";

/** What a shard hands over: one of its generations, summed. */
export interface Contribution {
  shard: number;
  /** Of the shard; they are handed over in order, each until it is taken. */
  generation: number;
  /** Which model it was made for: one of the same name may have been deleted. */
  modelCreatedAtMs: number;
  batches: number;
  /** Accepted in this generation. */
  rows: number;
  /** Greatest event time; null without predictions. */
  newestMs: number | null;
  /** By writeDelta: counts and quality by pane; for logs the predictions' ids and how often each was sent. */
  parts: Uint8Array;
  /** Panes of which the shard has new labels. */
  labelledPanes: number[];
  /** By writeLabelBatch: labels that do not say when their prediction was made. */
  labels: Uint8Array;
  /** Of batches that were refused whole, by pane. */
  refused: RefusedPane[];
  /** Batch ids that the shard remembers of an epoch: the last that it knows of. */
  remembered: { epochFromMs: number; ids: number };
}

export type ContributionReply =
  /** Now or before: the shard may forget it. `newestMs` is how far the model's event time has come. */
  | { outcome: "taken"; newestMs: number | null; watched?: boolean }
  /** There is no such model any more. */
  | { outcome: "unknown" };

/** Takes each contribution once, together with everything that follows from it. No step waits. */
export function takeContribution(
  store: ModelStore,
  contribution: Contribution,
  nowMs: number,
): ContributionReply {
  const { state } = store;
  if (state === null || state.model.createdAtMs !== contribution.modelCreatedAtMs)
    return { outcome: "unknown" };
  const { shard, generation, rows, newestMs } = contribution;
  if (generation > takenFrom(store.sql, shard).generation) {
    store.transaction(() => {
      addContribution(store, contribution, nowMs);
      saveTaken(store.sql, shard, generation, rows);
    });
    state.rows += rows;
    state.newestMs = later(state.newestMs, newestMs);
  }
  return { outcome: "taken", newestMs: state.newestMs };
}

function addContribution(
  store: ModelStore,
  { parts: packed, rows, newestMs, labelledPanes, labels, refused }: Contribution,
  nowMs: number,
): void {
  const parts = readDelta(packed);
  if (parts.length > 0) countParts(store, parts, nowMs);
  if (refused.length > 0) countRefused(store, refused, nowMs);
  if (newestMs !== null) saveProgress(store.sql, { rows, newestMs });

  const { windowMs } = store.configured.model;
  const joinableMs = store.joinableFromMs(nowMs);
  const endOf = (paneMs: number): number => floorTo(paneMs, windowMs) + windowMs;
  const labelled = new Set(labelledPanes.filter((paneMs) => paneMs >= joinableMs).map(endOf));
  for (const endMs of labelled) store.sql.exec("insert or ignore into labelled (end_ms) values (?)", endMs);
  const predicted = new Set<number>();
  for (const part of parts) {
    if (isEmptyLog(part.log) || part.paneStartMs < joinableMs) continue;
    addSent(store.sql, part.paneStartMs, readLog(part.log));
    wakeLabels(store, part.paneStartMs, [part.log]);
    predicted.add(endOf(part.paneStartMs));
  }
  store.markChanged([...labelled, ...[...predicted].filter((endMs) => hasLabels(store, endMs))]);
  const groups = readLabelBatch(labels);
  if (groups.length > 0) placeLabels(store, groups, nowMs);
}

/** What the model has of a shard. */
export function takenFrom(sql: SqlStorage, shard: number): { generation: number; rows: number } {
  const [row] = sql
    .exec<{ generation: number; rows: number }>("select generation, rows from shard where shard = ?", shard)
    .toArray();
  return row ?? { generation: 0, rows: 0 };
}

function saveTaken(sql: SqlStorage, shard: number, generation: number, rows: number): void {
  sql.exec(
    `insert into shard (shard, generation, rows) values (?, ?, ?)
     on conflict do update set generation = excluded.generation, rows = rows + excluded.rows`,
    ...[shard, generation, rows],
  );
}
