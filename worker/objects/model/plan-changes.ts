import type { Activation, Model } from "#core/domain/api.ts";
import { problem, type Result } from "../result.ts";
import { activateReference, answerActivation, configureModel } from "./configure.ts";
import { changedModel, type ModelChange } from "./model-change.ts";
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
    return this.#change(() => this.#configure(organisationId, model));
  }

  async #configure(organisationId: string, model: Model): Promise<Result<{ retentionChanged: boolean }>> {
    const configured = configureModel(this.#store, organisationId, model, Date.now());
    await this.#finish();
    if (!("problem" in configured)) await this.#grow(model.shards);
    return configured;
  }

  /**
   * Changes some of the model as it then is: two changes at a time are made one after the other, and neither takes back the other.
   * @param save where else the model is written down, in the same order
   */
  change(
    change: ModelChange,
    save: (organisationId: string, model: Model) => Promise<void>,
  ): Promise<Result<{ model: Model; retentionChanged: boolean }>> {
    return this.#change(async () => {
      const { state } = this.#store;
      if (state === null) return problem("model_not_found", "There is no such model.");
      const changed = changedModel(state.model, change);
      if ("problem" in changed) return changed;
      const { value: model } = changed;
      // Here first: this refuses what the monitors need. Where what follows fails, the same change again writes all of it.
      const configured = await this.#configure(state.organisationId, model);
      if ("problem" in configured) return configured;
      await save(state.organisationId, model);
      return { value: { model, ...configured.value } };
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
