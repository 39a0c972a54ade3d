import type { Activation } from "#core/domain/api.ts";
import { closedUntilMs, floorTo, modelNowMs, revisableMs } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import type { WindowRule } from "#core/domain/monitor.ts";
import { alignmentMs, reachMs } from "#core/domain/monitor-windows.ts";
import { createGeneration, listGenerations, weighGeneration } from "./deltas.ts";
import { markDue } from "./due.ts";
import { LogFilters } from "./log-filters.ts";
import { ReceiptMemory } from "./receipts.ts";
import { ReferenceStore } from "./references.ts";
import { RefusedBatches } from "./refused.ts";
import { applySchema, isConfigured } from "./schema.ts";
import { loadState, type ModelState } from "./state.ts";

/** A reference that reaches further back is looked at as it is. */
const fixed = { kind: "fixed" } as const;

/** What waits to be folded. */
export interface Backlog {
  batches: number;
  bytes: number;
}

/**
 * A model's store with what it keeps in memory. Memory repeats the tables; after a failed transaction it is dropped
 * and read again.
 */
export class ModelStore {
  readonly sql: SqlStorage;
  readonly receipts: ReceiptMemory;
  readonly references: ReferenceStore;
  readonly filters: LogFilters;
  readonly refused = new RefusedBatches();
  /** Of the open generation and of all. */
  backlog: { open: Backlog; all: Backlog } = emptyBacklog();
  /** Arrival number of the last batch. */
  sequence = 0;
  /** Ends of the windows whose logs changed since they were last taken out of here: a superset after a rollback. */
  readonly changedWindows = new Set<number>();
  readonly #storage: DurableObjectStorage;
  #state: ModelState | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.sql = storage.sql;
    this.receipts = new ReceiptMemory(this.sql);
    this.references = new ReferenceStore(this.sql);
    this.filters = new LogFilters(this.sql);
  }

  /** Null for a model that was never configured. */
  get state(): ModelState | null {
    if (this.#state === null && isConfigured(this.sql)) this.#load();
    return this.#state;
  }

  /** For callers that checked before: the platform never runs their work on an unknown model. */
  get configured(): ModelState {
    const { state } = this;
    if (state === null) throw new RangeError("the model is not configured");
    return state;
  }

  /** Reads everything again, at the next use. */
  reload(): void {
    this.#state = null;
  }

  /** All or nothing, memory included. */
  transaction<T>(work: () => T): T {
    try {
      return this.#storage.transactionSync(work);
    } catch (error) {
      this.#state = null;
      this.receipts.reload();
      this.filters.forgetAll();
      throw error;
    }
  }

  #load(): void {
    applySchema(this.sql);
    const state = loadState(this.sql);
    if (listGenerations(this.sql).length === 0) createGeneration(this.sql, state.generation);
    this.backlog = emptyBacklog();
    for (const generation of listGenerations(this.sql)) {
      const weight = weighGeneration(this.sql, generation);
      this.backlog.all.batches += weight.batches;
      this.backlog.all.bytes += weight.bytes;
      if (generation === state.generation)
        this.backlog.open = { batches: weight.batches, bytes: weight.bytes };
      this.sequence = Math.max(this.sequence, weight.sequence);
      state.rows += weight.rows;
      state.newestMs = later(state.newestMs, weight.newestMs);
    }
    this.#state = state;
  }

  /** Windows that end at or before this are closed; null while nothing can close. */
  closedUntilMs(nowMs: number): number | null {
    const { model, newestMs } = this.configured;
    return closedUntilMs({ clock: model.clock, newestMs, latenessMs: model.latenessMs, nowMs });
  }

  /** "Now" on the model's clock; null before a replay's first row. */
  modelNowMs(nowMs: number): number | null {
    const { model, newestMs } = this.configured;
    return modelNowMs({ clock: model.clock, newestMs, nowMs });
  }

  /** Windows that end before this are as they are: what rebuilt them is rolled up. */
  revisableFromMs(rule: WindowRule, nowMs: number): number {
    const modelNowMs = this.modelNowMs(nowMs);
    const { model } = this.configured;
    if (modelNowMs === null) return -Infinity;
    return modelNowMs - revisableMs(model.basePaneMs, alignmentMs(rule, model)) + reachMs(rule, fixed, model);
  }

  /** Windows that begin before this keep the performance they have: their predictions are forgotten, whole windows at once. */
  joinableFromMs(nowMs: number): number {
    const modelNowMs = this.modelNowMs(nowMs);
    const { windowMs } = this.configured.model;
    return modelNowMs === null ? -Infinity : floorTo(modelNowMs - limits.labelHorizonMs, windowMs);
  }

  /** Labels or predictions of windows that end then are new: their performance is to be measured again. */
  markChanged(ends: Iterable<number>): void {
    const changed = [...ends];
    markDue(this.sql, "performance", "", changed);
    for (const endMs of changed) this.changedWindows.add(endMs);
  }

  get watermarkMs(): number | null {
    const { newestMs, model } = this.configured;
    return newestMs === null ? null : newestMs - model.latenessMs;
  }

  get activations(): Activation[] {
    return this.configured.activations;
  }
}

function emptyBacklog(): { open: Backlog; all: Backlog } {
  return { open: { batches: 0, bytes: 0 }, all: { batches: 0, bytes: 0 } };
}

export function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
