import type { Receipt } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import type { PaneQuality } from "#core/domain/pane-quality.ts";
import { type BatchKind, createGeneration, findBatch, insertBatch, type StoredBatch } from "./deltas.ts";
import { type BatchStore, later, planVersionOf } from "./batch-store.ts";
import { isFull, waitMs } from "./pace.ts";

/** A batch as the Worker folded it. */
export interface BatchInput {
  kind: BatchKind;
  batchId: string;
  /** False when the server chose the id. */
  deduplicated: boolean;
  /** Fingerprint of the body, as the kernel makes it. */
  bodyHash: string;
  /** Of the plan it was folded by. */
  planVersion: string;
  accepted: number;
  rejected: number;
  errors: Receipt["errors"];
  ignored: string[];
  /** Greatest event time; null for labels. */
  newestMs: number | null;
  /** Accepted rows by the time from which they are late: the end of their window; for labels, of its horizon. */
  windows: { endMs: number; rows: number }[];
  /** Joined from two halves (halves.ts), of which one waits. */
  joined?: boolean;
  /** Of predictions of which no row is accepted: what there is to tell of them, and their greatest time if any is known. */
  refusedWhole?: { quality: PaneQuality; newestMs: number | null } | null;
  /** By writeDelta or writeLabelBatch. */
  payload: Uint8Array;
  /** What the archive is to be told of it, by writeArchiveRecord, where the model has one. */
  archived?: Uint8Array;
}

export type BatchReply =
  | { outcome: "stored"; receipt: Receipt }
  /** It was stored before. */
  | { outcome: "repeated"; receipt: Receipt }
  /** Folded under an older list of activations, or sent where it is not taken any more: fold and send again. */
  | { outcome: "stale" }
  /** The id was used for another body. */
  | { outcome: "reused" }
  /** Nothing to store. */
  | { outcome: "empty" }
  /** Too much lies here already. */
  | { outcome: "busy"; retryAfterMs: number }
  | { outcome: "unknown" | "too_large" };

/** Room for a batch's receipt beside its counts: a hundred errors and a hundred fields. */
const receiptBytes = 128 * 1024;

/**
 * Takes a batch once: one row written, or the first receipt again. No step waits, so nothing comes in between.
 * @param foldsAtMs when the alarm rings that folds what waits, if that is known
 */
export function takeBatch(
  store: BatchStore,
  input: BatchInput,
  nowMs: number,
  foldsAtMs: number | null,
): BatchReply {
  const { state } = store;
  if (state === null) return { outcome: "unknown" };
  if (input.deduplicated) {
    const known = findReceipt(store, input.kind, input.batchId);
    if (known !== null) return replyOfReceipt(known, input);
  }
  if (input.planVersion !== planVersionOf(state)) return { outcome: "stale" };
  if (input.accepted === 0) {
    const times = { paneMs: state.model.basePaneMs, modelNowMs: store.modelNowMs(nowMs) };
    if (input.refusedWhole) store.refused.note(input, input.refusedWhole, times);
    return { outcome: "empty" };
  }
  const storedBytes = input.payload.byteLength + (input.archived?.byteLength ?? 0);
  if (storedBytes > limits.storedRowBytes - receiptBytes) return { outcome: "too_large" };
  const retryAfterMs = waitMs({
    backlogBytes: store.backlog.all.bytes,
    remembered: store.receipts.size() + store.backlog.all.batches,
    forgetsAtMs: store.receipts.forgetsAtMs(),
    foldsAtMs,
    nowMs,
  });
  if (retryAfterMs !== null) return { outcome: "busy", retryAfterMs };

  const { batchId, deduplicated, accepted, rejected, errors, ignored } = input;
  const late = countLate(store, input, nowMs);
  const receipt: Receipt = { batchId, deduplicated, accepted, rejected, errors, late, ignored };
  const stored: StoredBatch = {
    kind: input.kind,
    batchId,
    sequence: store.sequence + 1,
    arrivedMs: nowMs,
    bodyHash: input.bodyHash,
    newestMs: input.newestMs,
    receipt,
    payload: input.payload,
    archived: input.archived ?? null,
  };
  if (isFull(store.backlog.open))
    store.transaction(() => {
      openGeneration(store);
      insertBatch(store.sql, state.generation, stored);
    });
  else insertBatch(store.sql, state.generation, stored);
  store.sequence++;
  store.waitingIds.add({ generation: state.generation, sequence: store.sequence }, input.kind, batchId);
  for (const backlog of [store.backlog.open, store.backlog.all]) {
    backlog.batches++;
    backlog.bytes += input.payload.byteLength;
  }
  store.usage.batches++;
  if (input.kind === "predictions") state.rows += accepted;
  state.newestMs = later(state.newestMs, input.newestMs);
  return { outcome: "stored", receipt };
}

/** From now on batches go into a new table; the old one waits to be folded. */
export function openGeneration(store: BatchStore): void {
  const { configured } = store;
  store.transaction(() => createGeneration(store.sql, configured.generation + 1));
  configured.generation++;
  store.backlog.open = { batches: 0, bytes: 0 };
}

/** What is remembered of a batch. */
export interface KnownReceipt {
  bodyHash: string;
  receipt: Receipt;
}

/** To a batch whose id is known. */
export function replyOfReceipt(known: KnownReceipt, { bodyHash }: Pick<BatchInput, "bodyHash">): BatchReply {
  return known.bodyHash === bodyHash
    ? { outcome: "repeated", receipt: known.receipt }
    : { outcome: "reused" };
}

export function findReceipt(store: BatchStore, kind: BatchKind, batchId: string): KnownReceipt | null {
  const waiting = store.waitingIds.find(kind, batchId);
  if (waiting !== null) return findBatch(store.sql, waiting);
  return store.receipts.find(kind, batchId);
}

/** Rows whose window had closed before the batch came. */
function countLate(store: BatchStore, input: BatchInput, nowMs: number): number {
  const closedMs = store.closedUntilMs(nowMs);
  if (closedMs === null) return 0;
  return input.windows.reduce((late, { endMs, rows }) => late + (endMs <= closedMs ? rows : 0), 0);
}
