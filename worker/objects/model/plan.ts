import type { Activation, Model } from "#core/domain/api.ts";
import { isShardCount, type Epoch } from "#core/domain/sharding.ts";
import { planVersionOf } from "./batch-store.ts";
import type { ModelStore } from "./model-store.ts";
import type { ModelState } from "./state.ts";

/**
 * A plan says how rows are folded and which shard they go to; a batch of an older plan is stale. A change of it is begun,
 * told to every shard, and only then committed: from the moment that a shard was told it takes nothing of the old plan, and
 * nobody has the new one before all were told. What was begun is finished in any case, if need be after a restart.
 */

/** What a Worker needs to fold rows for this model, and keeps for a while. */
export interface FoldingPlan {
  model: Model;
  activations: Activation[];
  planVersion: string;
  /** Event time come so far; old rows are refused by it on a replay's clock. */
  newestMs: number | null;
  /** How many shards its batches go to (sharding.ts). */
  shards: number;
}

export function foldingPlanOf(state: ModelState): FoldingPlan {
  const { model, activations, newestMs } = state;
  return { model, activations, newestMs, planVersion: planVersionOf(state), shards: shardsOf(state) };
}

export interface PlanEpoch extends Epoch {
  planVersion: number;
}

export function loadEpochs(sql: SqlStorage): PlanEpoch[] {
  return sql
    .exec<{ plan_version: number; shards: number; from_ms: number }>(
      "select * from epoch order by plan_version",
    )
    .toArray()
    .map((row) => ({ planVersion: row.plan_version, shards: row.shards, fromMs: row.from_ms }));
}

/** Shards that take batches now. */
export function shardsOf({ epochs, planVersion }: ModelState): number {
  return epochs.findLast((epoch) => epoch.planVersion <= planVersion)?.shards ?? 1;
}

/** Shards that may hold anything, also those of an epoch that is only begun. */
export const shardsMade = ({ epochs }: ModelState): number => epochs.at(-1)?.shards ?? 1;

/** Whether labels and predictions may lie in other objects than the model's own. */
export const isSharded = (state: ModelState): boolean => shardsMade(state) > 1;

/** @param shards as many from this plan on; never fewer than before */
export function beginPlan(store: ModelStore, shards: number, nowMs: number): void {
  const { planVersion } = store.configured;
  const before = shardsMade(store.configured);
  if (!isShardCount(shards) || shards < before)
    throw new RangeError(`${before} shards cannot become ${shards}`);
  store.transaction(() => {
    store.sql.exec("update state set plan_pending = ?", planVersion + 1);
    if (shards > before) insertEpoch(store.sql, { planVersion: planVersion + 1, shards, fromMs: nowMs });
  });
  store.reload();
}

export function insertEpoch(sql: SqlStorage, { planVersion, shards, fromMs }: PlanEpoch): void {
  sql.exec("insert into epoch (plan_version, shards, from_ms) values (?, ?, ?)", planVersion, shards, fromMs);
}

export const isPlanPending = ({ planPending, planVersion }: ModelState): boolean => planPending > planVersion;

/** What was begun holds from now on, with what belongs to it. */
export function commitPlan(store: ModelStore, change: () => void = () => undefined): void {
  store.transaction(() => {
    change();
    store.sql.exec("update state set plan_version = plan_pending");
  });
  store.reload();
}
