import { addUp, mergeLogs, sendingsOf } from "#core/domain/id-log.ts";
import type { Feature } from "#core/domain/model.ts";
import {
  countsLength,
  type DeltaPart,
  noReference,
  readDelta,
  readLabelBatch,
  readLog,
  writeDelta,
  writeLabelBatch,
  writeLog,
} from "#core/domain/wire.ts";
import { keepRecords } from "../model/archive-ledger.ts";
import { later } from "../model/batch-store.ts";
import type { Contribution, ContributionReply } from "../model/contributions.ts";
import { dropGeneration, listGenerations, readGeneration, type StoredBatch } from "../model/deltas.ts";
import { CellCounts, Sketches } from "../model/pane-content.ts";
import { addPane, noPanes, qualityText } from "../model/panes.ts";
import { openGeneration } from "../model/take-batch.ts";
import { foldOwn } from "./fold-own.ts";
import type { ShardStore } from "./shard-store.ts";

/** The model's object, as a shard sees it. */
export interface ContributionTaker {
  contribute(contribution: Contribution): Promise<ContributionReply>;
}

/**
 * Hands over what waits, one generation after the other: first its logs and receipts are kept here, then the model's object
 * takes its counts, and only then its table is dropped. Whatever fails in between is repeated, and nothing counts twice: the
 * model takes each generation once.
 * @returns whether more waits, whether the model that it was taken for is no more, and whether somebody looks at it, if that was
 *   heard
 */
export async function handOver(
  store: ShardStore,
  model: ContributionTaker,
  { nowMs, most }: { nowMs: number; most: number },
): Promise<{ orphaned: boolean; unfinished: boolean; watched?: boolean }> {
  let watched: boolean | undefined;
  if (store.backlog.open.batches > 0 || store.refused.size > 0) openGeneration(store);
  const closed = closedGenerations(store);
  for (const generation of closed.slice(0, most)) {
    const batches = readGeneration(store.sql, generation);
    foldOwn(store, generation, batches, nowMs);
    const refused = store.refused.take();
    const contribution = {
      ...identityOf(store, generation),
      ...contributionOf(batches, store.configured.model.features),
      refused,
    };
    const reply = await model.contribute(contribution).catch((error: unknown) => {
      store.refused.giveBack(refused);
      throw error;
    });
    if (reply.outcome === "unknown") {
      // Orders for a new model of the same name may have come meanwhile.
      const same = store.state?.model.createdAtMs === contribution.modelCreatedAtMs;
      return { orphaned: same, unfinished: false };
    }
    finishGeneration(store, generation, batches, reply.newestMs);
    watched = reply.watched;
  }
  return { orphaned: false, unfinished: closed.length > most, ...(watched !== undefined && { watched }) };
}

/** They take no more batches, oldest first. */
function closedGenerations(store: ShardStore): number[] {
  return listGenerations(store.sql).filter((generation) => generation !== store.configured.generation);
}

function identityOf(
  store: ShardStore,
  generation: number,
): Pick<Contribution, "shard" | "generation" | "modelCreatedAtMs" | "remembered"> {
  const { shard, model, epochs } = store.configured;
  const epochFromMs = epochs.at(-1)?.fromMs ?? 0;
  const remembered = { epochFromMs, ids: store.receipts.sizeSince(epochFromMs) };
  return { shard, generation, modelCreatedAtMs: model.createdAtMs, remembered };
}

/** A generation in sums. The same batches always give the same, whatever their order. */
export function contributionOf(
  batches: readonly StoredBatch[],
  features: readonly Feature[],
): Omit<Contribution, "shard" | "generation" | "modelCreatedAtMs" | "remembered" | "refused"> {
  const predictions = batches.filter(({ kind }) => kind === "predictions");
  const groups = batches
    .filter(({ kind }) => kind === "labels")
    .flatMap(({ payload }) => readLabelBatch(payload));
  const parts = predictions.flatMap(({ payload }) => readDelta(payload));
  const placed = groups.flatMap(({ paneStartMs }) => paneStartMs ?? []);
  return {
    batches: batches.length,
    rows: predictions.reduce((sum, { receipt }) => sum + receipt.accepted, 0),
    newestMs: predictions.reduce<number | null>((newest, batch) => later(newest, batch.newestMs), null),
    parts: writeDelta(sumParts(parts, features)),
    labelledPanes: [...new Set(placed)],
    labels: writeLabelBatch(groups.filter(({ paneStartMs }) => paneStartMs === null)),
  };
}

/** One part a pane, reference and segment. */
function sumParts(parts: readonly DeltaPart[], features: readonly Feature[]): DeltaPart[] {
  const groups = Map.groupBy(parts, (part) => `${part.paneStartMs} ${part.referenceId} ${part.segment}`);
  return Array.from(groups.values(), (ofPane) => {
    const [{ paneStartMs, referenceId, segment, counts }] = ofPane;
    const content =
      referenceId === noReference ? new Sketches(features) : new CellCounts(countsLength(counts));
    const sum = noPanes(content);
    for (const part of ofPane) addPane(sum, part);
    const sent = mergeLogs(
      ofPane.map(({ log }) => readLog(log)).map((log) => (log.hi.length === 0 ? log : sendingsOf(log))),
      addUp,
    );
    return {
      ...{ paneStartMs, referenceId, segment, rows: sum.rows },
      ...{ counts: content.bytes(), log: writeLog(sent), quality: qualityText(sum.quality) },
    };
  });
}

/** The model has it. Another hand-over may have been told so first. */
function finishGeneration(
  store: ShardStore,
  generation: number,
  batches: readonly StoredBatch[],
  newestMs: number | null,
): void {
  if (store.state === null || !listGenerations(store.sql).includes(generation)) return;
  const rows = batches.reduce(
    (sum, { kind, receipt }) => sum + (kind === "predictions" ? receipt.accepted : 0),
    0,
  );
  store.transaction(() => {
    keepRecords(store, generation, batches);
    dropGeneration(store.sql, generation);
    store.sql.exec(
      "update state set rows = rows + ?, newest_ms = max(coalesce(newest_ms, ?), ?)",
      ...[rows, newestMs, newestMs],
    );
  });
  store.waitingIds.drop(generation);
  const { configured, backlog, usage } = store;
  usage.folds++;
  configured.newestMs = later(configured.newestMs, newestMs);
  backlog.all.batches -= batches.length;
  backlog.all.bytes -= batches.reduce((sum, { payload }) => sum + payload.byteLength, 0);
}
