import type { Activation, Model } from "#core/domain/api.ts";
import type { Result } from "../result.ts";
import { activateReference, answerActivation, configureModel } from "./configure.ts";
import type { ModelStore } from "./model-store.ts";
import { foldGenerations } from "./fold.ts";
import { beginPlan, commitPlan, isPlanPending, shardsMade } from "./plan.ts";
import type { Shards } from "./shards.ts";

/** Changes of a model's plan: one after the other, each told to all shards before it holds (plan.ts). */
export class PlanChanges {
  readonly #store: ModelStore;
  readonly #shards: Shards;
  /** The next one follows it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: ModelStore, shards: Shards) {
    this.#store = store;
    this.#shards = shards;
  }

  /** Declares the model or changes it (configure.ts), and tells its shards what they have to know of it. */
  configure(organisationId: string, model: Model): Promise<Result<{ retentionChanged: boolean }>> {
    return this.#change(async () => {
      const configured = configureModel(this.#store, organisationId, model, Date.now());
      await this.#finish();
      if (!("problem" in configured)) await this.#grow(model.shards);
      return configured;
    });
  }

  /** To that many shards, where there are fewer. */
  grow(shards: number): Promise<void> {
    return this.#change(() => this.#grow(shards));
  }

  async #grow(shards: number): Promise<void> {
    if (shards <= shardsMade(this.#store.configured)) return;
    beginPlan(this.#store, shards, Date.now());
    await this.#finish();
  }

  /** What the shards took under the plan before is counted first: it decides whether the reference can come into force. */
  activate(referenceId: string, fromMs: number): Promise<Result<Activation[]>> {
    return this.#change(async () => {
      const answer = answerActivation(this.#store, referenceId, fromMs);
      if (answer !== null) return answer;
      beginPlan(this.#store, shardsMade(this.#store.configured), Date.now());
      await this.#shards.announce();
      await this.#shards.gather();
      return activateReference(this.#store, referenceId, fromMs, Date.now());
    });
  }

  /** Returns when no change is under way. */
  async settle(): Promise<void> {
    if (this.#store.state !== null && isPlanPending(this.#store.state))
      await this.#change(async () => undefined);
  }

  /** For shards that lost their orders. */
  tellAgain(): Promise<void> {
    this.#shards.forgetTold();
    return this.#change(() => this.#shards.announce());
  }

  #change<T>(work: () => Promise<T>): Promise<T> {
    const change = this.#last
      .catch(() => undefined)
      .then(async () => {
        // A restart may have cut one short.
        await this.#finish();
        return work();
      });
    this.#last = change;
    return change;
  }

  async #finish(): Promise<void> {
    if (this.#store.state === null || !isPlanPending(this.#store.state)) return;
    await this.#shards.announce();
    // What this object took itself is in its logs before shards hand over what may repeat it.
    while (foldGenerations(this.#store, Date.now()));
    commitPlan(this.#store);
  }
}
