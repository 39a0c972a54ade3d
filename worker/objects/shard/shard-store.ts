import type { Model } from "#core/domain/api.ts";
import { storedModel } from "#core/domain/model.ts";
import type { Epoch } from "#core/domain/sharding.ts";
import { BatchStore, type BatchState } from "../model/batch-store.ts";
import { applySchema, isConfigured } from "../model/schema.ts";

/** What the model's object tells a shard: everything that it does not find in batches. */
export interface ShardOrders {
  organisationId: string;
  model: Model;
  shard: number;
  planVersion: number;
  /** Oldest first, with the one that the plan begins. */
  epochs: Epoch[];
}

/** What a shard keeps in memory of itself. */
export interface ShardState extends BatchState {
  shard: number;
  epochs: Epoch[];
  /** The last generation whose logs and receipts are kept, handed over or not. */
  folded: number;
  forgotMs: number | null;
}

type StateRow = {
  organisation_id: string;
  model: string;
  shard: number;
  epochs: string;
  plan_version: number;
  generation: number;
  folded: number;
  newest_ms: number | null;
  rows: number;
  forgot_ms: number | null;
};

/** A shard's store: batches, their receipts and their logs. */
export class ShardStore extends BatchStore<ShardState> {
  protected override loadState(): ShardState {
    applySchema(this.sql, "shard");
    const row = this.sql.exec<StateRow>("select * from state").one();
    return {
      organisationId: row.organisation_id,
      model: storedModel(row.model),
      shard: row.shard,
      epochs: JSON.parse(row.epochs) as Epoch[],
      planVersion: row.plan_version,
      generation: row.generation,
      folded: row.folded,
      newestMs: row.newest_ms,
      rows: row.rows,
      forgotMs: row.forgot_ms,
    };
  }

  /**
   * Follows orders, unless newer ones came before: from now on nothing of an older plan is taken.
   * @returns false when what is stored is another model's of the same name, which has to be erased first
   */
  follow({ organisationId, model, shard, planVersion, epochs }: ShardOrders): boolean {
    const known = isConfigured(this.sql) ? this.configured : null;
    if (known !== null && known.model.createdAtMs > model.createdAtMs) return true;
    if (known !== null && known.model.createdAtMs < model.createdAtMs) return false;
    if (known !== null && known.planVersion > planVersion) return true;
    this.transaction(() => {
      if (known === null) applySchema(this.sql, "shard");
      this.sql.exec(
        `insert into state (one, organisation_id, model, shard, epochs, plan_version) values (1, ?, ?, ?, ?, ?)
         on conflict do update set model = excluded.model, epochs = excluded.epochs, plan_version = excluded.plan_version`,
        ...[organisationId, JSON.stringify(model), shard, JSON.stringify(epochs), planVersion],
      );
    });
    this.reload();
    return true;
  }
}
