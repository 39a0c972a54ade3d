import type { Activation, Model } from "#core/domain/api.ts";
import { storedModel } from "#core/domain/model.ts";
import { Policy } from "#core/domain/policy.ts";
import type { BatchState } from "./batch-store.ts";
import { readNextEnds } from "./due.ts";
import { loadEpochs, type PlanEpoch } from "./plan.ts";
import { isWatched } from "./watch.ts";

/** What the object keeps in memory of itself: one row, its activations and its policy. Loaded on wake. */
export interface ModelState extends BatchState {
  /** The version that the shards are being told of; else that of the plan. */
  planPending: number;
  /** Oldest first; those behind `planVersion` are only begun. */
  epochs: PlanEpoch[];
  activations: Activation[];
  policy: Policy;
  configVersion: number;
  /** By series: the end of the first window that never closed. */
  nextEnds: Map<string, number>;
  forgotMs: number | null;
  /** Whether somebody may look (watch.ts). */
  watched: boolean;
}

type StateRow = {
  organisation_id: string;
  model: string;
  plan_version: number;
  plan_pending: number;
  generation: number;
  newest_ms: number | null;
  rows: number;
  forgot_ms: number | null;
};

/** State as folded; the caller adds what lies in deltas. */
export function loadState(sql: SqlStorage): ModelState {
  const row = sql.exec<StateRow>("select * from state").one();
  const policy = sql
    .exec<{ version: number; policy: string }>(
      "select version, policy from policy order by version desc limit 1",
    )
    .one();
  return {
    organisationId: row.organisation_id,
    model: storedModel(row.model),
    activations: loadActivations(sql),
    planVersion: row.plan_version,
    planPending: row.plan_pending,
    epochs: loadEpochs(sql),
    policy: Policy.parse(JSON.parse(policy.policy)),
    configVersion: policy.version,
    generation: row.generation,
    newestMs: row.newest_ms,
    rows: row.rows,
    nextEnds: readNextEnds(sql),
    forgotMs: row.forgot_ms,
    watched: isWatched(sql),
  };
}

function loadActivations(sql: SqlStorage): Activation[] {
  return sql
    .exec<{ reference_id: string; from_ms: number }>(
      "select reference_id, from_ms from activation order by sequence",
    )
    .toArray()
    .map((row) => ({ referenceId: row.reference_id, fromMs: row.from_ms }));
}

export function saveModel(sql: SqlStorage, organisationId: string, model: Model): void {
  sql.exec(
    "insert into state (one, organisation_id, model) values (1, ?, ?) on conflict do update set model = excluded.model",
    organisationId,
    JSON.stringify(model),
  );
}

export function savePolicy(sql: SqlStorage, version: number, policy: Policy, nowMs: number): void {
  sql.exec(
    "insert into policy (version, policy, made_at_ms) values (?, ?, ?)",
    version,
    JSON.stringify(policy),
    nowMs,
  );
}

export function saveActivation(sql: SqlStorage, { referenceId, fromMs }: Activation): void {
  sql.exec("insert into activation (reference_id, from_ms) values (?, ?)", referenceId, fromMs);
}

/** Workers hold the old one: their plan is stale. What is past the new one is forgotten by the next alarm. */
export function saveNewRetention(sql: SqlStorage): void {
  sql.exec("update state set plan_pending = plan_version + 1, forgot_ms = null");
}

/** Batches are to be read or archived otherwise: Workers' plan is stale. */
export function saveNewArchive(sql: SqlStorage): void {
  sql.exec("update state set plan_pending = plan_version + 1");
}

/** What a fold moved on. */
export function saveProgress(sql: SqlStorage, progress: { rows: number; newestMs: number | null }): void {
  sql.exec(
    "update state set rows = rows + ?, newest_ms = max(coalesce(newest_ms, ?), ?)",
    ...[progress.rows, progress.newestMs, progress.newestMs],
  );
}
