import type { Activation, Model } from "#core/domain/api.ts";
import type { Celled } from "#core/domain/reference-cells.ts";
import { storedReference } from "#core/domain/reference.ts";
import { createFolder, type Folder } from "#core/domain/window.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { FoldingPlan } from "../objects/model/plan.ts";
import { unwrap, type Result } from "../objects/result.ts";

/** The part of a model's object that folding needs. */
export interface PlanSource {
  foldingPlan(): Promise<Result<FoldingPlan>>;
  reference(id: string): Promise<Result<string>>;
}

export interface Plan {
  model: Model;
  activations: Activation[];
  planVersion: string;
  newestMs: number | null;
  /** How many shards its batches go to (#core/domain/sharding.ts). */
  shards: number;
  /** By id; filled as references are needed. */
  references: Map<string, HeldReference>;
}

/** A reference's cells, and those of its segments by their keys. */
export interface HeldReference {
  id: string;
  celled: Celled;
  folder: Folder;
  segments: Map<string, HeldReference>;
}

/** References of one model that an isolate holds. */
const referencesHeld = 8;
/**
 * Counted slots of all references that it holds: a slot takes some thirty bytes, with its share of names and edges, so all
 * take a quarter of the isolate's 128 MB. Three hundred models of 100 features, or one of a few large ones.
 */
const slotsHeld = 1_000_000;
/** And of a plan without references, a few kilobytes each. */
const plansHeld = 2_000;

/**
 * What an isolate remembers of models, by object name: asked for once, then only when the object calls it stale. What was used
 * longest ago is forgotten first.
 */
export class PlanCache {
  readonly #kernel: Kernel;
  readonly #plans = new Map<string, Plan>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async get(name: string, source: PlanSource): Promise<Plan> {
    const held = this.#plans.get(name);
    if (held === undefined) return this.refresh(name, source);
    this.#plans.delete(name);
    this.#plans.set(name, held);
    return held;
  }

  async refresh(name: string, source: PlanSource): Promise<Plan> {
    const held = this.#plans.get(name);
    this.#plans.delete(name);
    const { model, activations, planVersion, newestMs, shards } = unwrap(await source.foldingPlan());
    // References are content-addressed: what was made from one stays right as long as its model is the same.
    const same = held !== undefined && held.model.createdAtMs === model.createdAtMs;
    const plan: Plan = {
      model,
      activations,
      planVersion,
      newestMs,
      shards,
      references: same ? held.references : new Map(),
    };
    this.#plans.set(name, plan);
    this.#forget();
    return plan;
  }

  /** A reference ready to count in. */
  async reference(plan: Plan, id: string, source: PlanSource): Promise<HeldReference> {
    const held = plan.references.get(id);
    if (held !== undefined) return held;
    const made = await this.#prepare(id, source);
    plan.references.set(id, made);
    for (const oldest of plan.references.keys())
      if (plan.references.size > referencesHeld) plan.references.delete(oldest);
    this.#forget();
    return made;
  }

  #forget(): void {
    let slots = 0;
    for (const { references } of this.#plans.values())
      for (const held of references.values()) slots += slotsOf(held);
    for (const [name, { references }] of this.#plans) {
      // The newest is in use.
      if (this.#plans.size === 1 || (slots <= slotsHeld && this.#plans.size <= plansHeld)) return;
      for (const held of references.values()) slots -= slotsOf(held);
      this.#plans.delete(name);
    }
  }

  async #prepare(id: string, source: PlanSource): Promise<HeldReference> {
    const reference = storedReference(unwrap(await source.reference(id)));
    const segments = await Promise.all(
      Object.entries(reference.segments).map(
        async ([segment, own]) => [segment, await this.#prepare(own, source)] as const,
      ),
    );
    // Only what rows are counted in: a reference's nulls and moments are many times as large.
    const features = reference.features.map(({ name, type, role, cells }) => ({ name, type, role, cells }));
    const celled = { features, derived: reference.derived };
    return { id, celled, folder: createFolder(this.#kernel, celled), segments: new Map(segments) };
  }
}

/** With those of its segments. */
function slotsOf({ folder, segments }: HeldReference): number {
  return [...segments.values()].reduce((sum, own) => sum + slotsOf(own), folder.layout.slots);
}
