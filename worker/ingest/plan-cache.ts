import type { Activation, Model } from "#core/domain/api.ts";
import { storedReference } from "#core/domain/reference.ts";
import { createFolder, type Folder } from "#core/domain/window.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { FoldingPlan } from "../objects/model-object.ts";
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
  /** By reference id; filled as references are needed. */
  folders: Map<string, Folder>;
}

/** Models an isolate holds plans for, and references of one model: each may take a megabyte. */
const plansHeld = 64;
const foldersHeld = 8;

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
    const { model, activations, planVersion, newestMs } = unwrap(await source.foldingPlan());
    // References are content-addressed: a folder made from one stays right as long as its model is the same.
    const same = held !== undefined && held.model.createdAtMs === model.createdAtMs;
    const plan: Plan = {
      model,
      activations,
      planVersion,
      newestMs,
      folders: same ? held.folders : new Map(),
    };
    this.#plans.set(name, plan);
    evict(this.#plans, plansHeld);
    return plan;
  }

  /** The folder of a reference's cells. */
  async folder(plan: Plan, referenceId: string, source: PlanSource): Promise<Folder> {
    const held = plan.folders.get(referenceId);
    if (held !== undefined) return held;
    const reference = storedReference(unwrap(await source.reference(referenceId)));
    const folder = createFolder(this.#kernel, reference.features);
    plan.folders.set(referenceId, folder);
    evict(plan.folders, foldersHeld);
    return folder;
  }
}

/** Drops what was put in first. */
function evict<T>(map: Map<string, T>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
