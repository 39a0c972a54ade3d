/** What a load costs a month, from what a batch was measured to cost. Pure. */
import { limits } from "#core/domain/limits.ts";
import { charge, objectGb, prices } from "./prices.ts";

/** As measured for batches of `rows`. A smaller batch is counted as if it cost the same. */
export interface MeasuredBatch {
  rows: number;
  /** Processor time of the Worker and its objects together. */
  cpuMs: number;
  /** From request to reply: an object is active for less. */
  latencyMs: number;
  /** Rows written when an object folds what two hours brought, however much that is: its alarms and all that follows. */
  rowsPerFold: number;
}

export interface Traffic {
  /** Predictions a second, over all models. */
  predictionsPerSecond: number;
  models: number;
  /** Senders wait no longer than this for a batch to fill. */
  flushSeconds: number;
  /** Kept of a model with all its panes. */
  storedBytesPerModel: number;
}

export interface Bill {
  rowsPerBatch: number;
  batchesPerSecond: number;
  /** Objects that take a model's batches. */
  shards: number;
  rowsWrittenPerBatch: number;
  requestsUsd: number;
  cpuUsd: number;
  objectsUsd: number;
  rowsWrittenUsd: number;
  storageUsd: number;
  totalUsd: number;
}

/** Of thirty days. */
const monthSeconds = 30 * 86_400;
/**
 * As worker/objects/model/gathering.ts and pace.ts have it, where nobody looks: batches gather for so long, in a shard until the
 * model's object is to know of them, and so many are folded at once.
 */
const gatherSeconds = { object: 7200, shard: 60 };
const batchesPerFoldMost = 512;
/** An alarm rings. */
const callsPerFold = 1;
/** What rolling up an hour's panes writes: its rows are deleted, one is made of them, and how far this has come. */
const rowsPerHour = 5;
/** Ids a day past which a model gets more shards (worker/objects/model/growth.ts). */
const idsPerObject = limits.dedupeBatchesMost / 4;

export function billOf(traffic: Traffic, batch: MeasuredBatch): Bill {
  const { predictionsPerSecond, models, flushSeconds, storedBytesPerModel } = traffic;
  const rowsPerBatch = Math.max(1, Math.min(batch.rows, (predictionsPerSecond / models) * flushSeconds));
  const batchesPerSecond = predictionsPerSecond / rowsPerBatch;
  const shards = shardsFor(batchesPerSecond / models);
  const gathered = shards === 1 ? gatherSeconds.object : gatherSeconds.shard;
  const waiting = (batchesPerSecond / models / shards) * gathered;
  const batchesPerFold = Math.min(batchesPerFoldMost, Math.max(1, waiting));
  const rowsWrittenPerBatch = 1 + batch.rowsPerFold / batchesPerFold;

  const batches = batchesPerSecond * monthSeconds;
  const folds = batches / batchesPerFold;
  // Never more than all the time: requests at the same time share it.
  const activeSeconds = Math.min((batches * batch.latencyMs) / 1000, models * shards * monthSeconds);
  const requestsUsd = charge(prices.requests, batches) + charge(prices.databaseRowsRead, batches);
  const cpuUsd = charge(prices.cpuMs, batches * batch.cpuMs);
  const objectsUsd =
    charge(prices.objectRequests, batches + callsPerFold * folds) +
    charge(prices.objectGbSeconds, activeSeconds * objectGb);
  const rowsWritten = batches * rowsWrittenPerBatch + models * rowsPerHour * (monthSeconds / 3600);
  const rowsWrittenUsd = charge(prices.rowsWritten, rowsWritten);
  const storageUsd = charge(prices.storedGb, (models * storedBytesPerModel) / 1e9);
  return {
    ...{ rowsPerBatch, batchesPerSecond, shards, rowsWrittenPerBatch },
    ...{ requestsUsd, cpuUsd, objectsUsd, rowsWrittenUsd, storageUsd },
    totalUsd: prices.planUsd + requestsUsd + cpuUsd + objectsUsd + rowsWrittenUsd + storageUsd,
  };
}

/** A power of two: one object where the ids of a day are few enough. */
function shardsFor(batchesPerSecond: number): number {
  let shards = 1;
  while (shards < limits.shards && (batchesPerSecond * 86_400) / shards > idsPerObject) shards *= 2;
  return shards;
}
