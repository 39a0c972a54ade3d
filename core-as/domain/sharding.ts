/**
 * Which object takes which batch. A model that one object cannot carry is taken by several shards, by the hash of the batch's
 * id, so that a retry meets the object that remembers the first sending. The number of shards only ever doubles; each number
 * has its epoch.
 */
import { hashId } from "./id-hash.ts";
import { HOUR_MS, limits } from "./limits.ts";

/** The place of a shard; null is the model's own object, which takes every batch of a model that is not sharded. */
export type Holder = number | null;

/** How many shards there are, from when on by wall time. */
export interface Epoch {
  shards: number;
  fromMs: number;
}

/** 1, 2, 4 … */
export const isShardCount = (shards: number): boolean =>
  Number.isInteger(shards) && shards >= 1 && shards <= limits.shards && (shards & (shards - 1)) === 0;

const hash = new Uint32Array(2);

export function holderOf(batchId: string, shards: number): Holder {
  if (shards === 1) return null;
  hashId(batchId, hash);
  return hash[0] % shards;
}

/** The name of a shard's object, by that of the model's. */
export const shardName = (modelName: string, shard: number): string => `${modelName}/${shard}`;

/** The clocks of two objects are never further apart. */
const skewMs = HOUR_MS;

/**
 * The other objects that may remember a batch which this one is about to take, newest first: those that it went to in earlier
 * epochs. An epoch is asked about for as long as ids are kept, and until this object can keep the promised number by itself.
 * @param epochs oldest first, the last in force
 * @param remembered ids that this object remembers
 */
export function earlierHolders(
  batchId: string,
  epochs: readonly Epoch[],
  { own, remembered, nowMs }: { own: Holder; remembered: number; nowMs: number },
): Holder[] {
  const found = new Set<Holder>();
  for (let index = epochs.length - 2; index >= 0; index--) {
    const endedMs = epochs[index + 1].fromMs;
    const forgotten = endedMs < nowMs - limits.dedupeMs - skewMs && remembered >= limits.dedupeBatches;
    if (forgotten) break;
    const holder = holderOf(batchId, epochs[index].shards);
    if (holder !== own) found.add(holder);
  }
  return [...found];
}
