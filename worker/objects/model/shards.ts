import type { ModelUsage } from "#core/domain/api.ts";
import { shardName } from "#core/domain/sharding.ts";
import { idsOf } from "#core/domain/id-log.ts";
import { writeLog } from "#core/domain/wire.ts";
import type { ShardObject } from "../shard-object.ts";
import type { SeekPanes } from "./label-joins.ts";
import type { HalfCounts } from "./halves.ts";
import type { ModelStore } from "./model-store.ts";
import { shardsMade } from "./plan.ts";
import type { ReadLogs } from "./window-logs.ts";

/** An object that was lost is back at once; one that fails three times has another trouble. */
const attempts = 3;

type ShardStub = DurableObjectStub<ShardObject>;

/** A model's shards, as its own object calls them: all at once, and what one cannot answer fails as a whole. */
export class Shards {
  readonly #namespace: DurableObjectNamespace<ShardObject>;
  readonly #store: ModelStore;
  /** The plan that each was last told, as far as this object knows. */
  readonly #told = new Map<number, string>();

  constructor(namespace: DurableObjectNamespace<ShardObject>, store: ModelStore) {
    this.#namespace = namespace;
    this.#store = store;
  }

  /** None of a model that is not sharded, nor of one that is not there. */
  #list(): number[] {
    const { state } = this.#store;
    if (state === null || shardsMade(state) === 1) return [];
    return Array.from({ length: shardsMade(state) }, (_, shard) => shard);
  }

  names(): string[] {
    return this.#list().map((shard) => this.#nameOf(shard));
  }

  #nameOf(shard: number): string {
    const { organisationId, model } = this.#store.configured;
    return shardName(`${organisationId}/${model.id}`, shard);
  }

  #each<T>(question: (stub: ShardStub, shard: number) => Promise<T>): Promise<T[]> {
    return Promise.all(this.#list().map((shard) => this.#ask(shard, (stub) => question(stub, shard))));
  }

  /** Every question may be asked twice. A stub that failed once stays broken, so each try has one of its own. */
  async #ask<T>(shard: number, question: (stub: ShardStub) => Promise<T>): Promise<T> {
    const name = this.#nameOf(shard);
    for (let attempt = 1; ; attempt++)
      try {
        return await question(this.#namespace.getByName(name));
      } catch (error) {
        if (attempt === attempts) throw error;
      }
  }

  /** Tells them the plan that was begun: those that have not heard of it yet, so that every try comes further. */
  async announce(): Promise<void> {
    const { organisationId, model, planPending: planVersion, epochs } = this.#store.configured;
    const plan = `${model.createdAtMs}.${planVersion}`;
    await this.#each(async (stub, shard) => {
      if (this.#told.get(shard) === plan) return;
      await stub.follow({ organisationId, model, planVersion, epochs, shard });
      this.#told.set(shard, plan);
    });
  }

  /** Whatever they were told, they are told it again. */
  forgetTold(): void {
    this.#told.clear();
  }

  /** Has them hand over what they took so far. */
  async gather(): Promise<void> {
    await this.#each((stub) => stub.handOver());
  }

  /**
   * What they have accepted, where they answer: for show.
   * @param looked as they are told it: whether a dashboard asks
   */
  async standing(looked: boolean): Promise<{ shard: number; rows: number; newestMs: number | null }[]> {
    const asked = await Promise.allSettled(
      this.#list().map((shard) => this.#ask(shard, (stub) => stub.standing(looked))),
    );
    return asked.flatMap((answer, shard) =>
      answer.status === "fulfilled" && answer.value !== null ? { shard, ...answer.value } : [],
    );
  }

  async usage(): Promise<ModelUsage[]> {
    return (await this.#each((stub) => stub.usage())).filter((usage) => usage !== null);
  }

  async halves(): Promise<HalfCounts[]> {
    return this.#each((stub) => stub.halves());
  }

  readLogs(): ReadLogs[] {
    return this.#list().map((shard) => (asked) => this.#ask(shard, (stub) => stub.logs(asked)));
  }

  seekPanes(): SeekPanes {
    return async (labels, fromMs) => {
      const ids = writeLog(idsOf(labels));
      const answers = await this.#each((stub) => stub.panesHolding(ids, fromMs));
      const oldest = new Float64Array(labels.hi.length).fill(NaN);
      for (const panes of answers)
        for (let entry = 0; entry < oldest.length; entry++)
          if (Number.isNaN(oldest[entry]) || panes[entry] < oldest[entry]) oldest[entry] = panes[entry];
      return oldest;
    };
  }

  /** @returns whether all follow the plan, or a later one that is being told */
  async sweep(nowMs: number): Promise<boolean> {
    const { planVersion } = this.#store.configured;
    const followed = await this.#each((stub) => stub.sweep(nowMs));
    return followed.every((version) => version !== null && version >= planVersion);
  }

  async erase(): Promise<void> {
    await this.#each((stub) => stub.erase());
    this.#told.clear();
  }
}
