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

/** Models an isolate holds plans for, and references of one model: each may take a megabyte. */
const plansHeld = 64;
const referencesHeld = 8;

/**
 * What an isolate remembers of models, by object name: asked for once, then only when the object calls it stale.
 */
export class PlanCache {
  readonly #kernel: Kernel;
  readonly #plans = new Map<string, Plan>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async get(name: string, source: PlanSource): Promise<Plan> {
    return this.#plans.get(name) ?? (await this.refresh(name, source));
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
    evict(this.#plans, plansHeld);
    return plan;
  }

  /** A reference ready to count in. */
  async reference(plan: Plan, id: string, source: PlanSource): Promise<HeldReference> {
    const held = plan.references.get(id);
    if (held !== undefined) return held;
    const made = await this.#prepare(id, source);
    plan.references.set(id, made);
    evict(plan.references, referencesHeld);
    return made;
  }

  async #prepare(id: string, source: PlanSource): Promise<HeldReference> {
    const reference = storedReference(unwrap(await source.reference(id)));
    const segments = await Promise.all(
      Object.entries(reference.segments).map(
        async ([segment, own]) => [segment, await this.#prepare(own, source)] as const,
      ),
    );
    const { features, derived } = reference;
    const celled = { features, derived };
    return { id, celled, folder: createFolder(this.#kernel, celled), segments: new Map(segments) };
  }
}

/** Drops what was put in first. */
function evict<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
