import type { Model, ModelUsage } from "#core/domain/api.ts";
import { closedUntilMs, floorTo, modelNowMs } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { guardRows } from "../row-guard.ts";
import { Usage } from "../usage.ts";
import type { Heard } from "./archive-ledger.ts";
import {
  completeGenerations,
  createGeneration,
  idsOfGeneration,
  listGenerations,
  weighGeneration,
} from "./deltas.ts";
import { LogFilters } from "./log-filters.ts";
import type { Backlog } from "./pace.ts";
import { ReceiptMemory } from "./receipts.ts";
import { RefusedBatches } from "./refused.ts";
import { isConfigured } from "./schema.ts";
import { WaitingIds } from "./waiting-ids.ts";

/** What an object that takes batches of a model keeps in memory of itself. */
export interface BatchState {
  organisationId: string;
  model: Model;
  /** Grows with everything that makes rows be folded otherwise. */
  planVersion: number;
  /** The delta table that takes batches now. */
  generation: number;
  /** Greatest event time accepted, folded or not. */
  newestMs: number | null;
  /** Accepted, folded or not. */
  rows: number;
}

/** Changes with every activation, and when a model of the same id is made anew: what was folded before is stale. */
export function planVersionOf({ model, planVersion }: BatchState): string {
  return `${model.createdAtMs}.${planVersion}`;
}

/**
 * The store of an object that takes batches, with what it keeps in memory. Memory repeats the tables; after a failed
 * transaction it is dropped and read again.
 */
export abstract class BatchStore<State extends BatchState = BatchState> {
  readonly sql: SqlStorage;
  readonly usage: Usage;
  readonly receipts: ReceiptMemory;
  readonly filters: LogFilters;
  readonly refused = new RefusedBatches();
  readonly waitingIds = new WaitingIds();
  /** Of the open generation and of all. */
  backlog: { open: Backlog; all: Backlog } = emptyBacklog();
  /** Arrival number of the last batch. */
  sequence = 0;
  /** How far the archive has heard; null where this is not known. */
  heard: Heard | null = null;
  /** Panes in which labels found a prediction that they did not place, for the archive: a superset after a rollback. */
  readonly searchedPanes = new Set<number>();
  readonly #storage: DurableObjectStorage;
  #state: State | null = null;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.usage = new Usage(Date.now());
    this.sql = guardRows(storage.sql, this.usage);
    this.receipts = new ReceiptMemory(this.sql);
    this.filters = new LogFilters(this.sql);
  }

  /** Applies the schema and reads the state as folded; what lies in deltas is added here. */
  protected abstract loadState(): State;

  /** Null for an object that was never configured. */
  get state(): State | null {
    if (this.#state === null && isConfigured(this.sql)) this.#load();
    return this.#state;
  }

  /** For callers that checked before: the platform never runs their work on an unknown model. */
  get configured(): State {
    const { state } = this;
    if (state === null) throw new RangeError("the model is not configured");
    return state;
  }

  /** Reads everything again, at the next use. */
  reload(): void {
    this.#state = null;
    this.heard = null;
  }

  /** Nothing is stored any more. */
  erased(): void {
    this.reload();
    this.receipts.reload();
    this.filters.forgetAll();
    this.refused.clear();
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
    const state = this.loadState();
    completeGenerations(this.sql);
    if (listGenerations(this.sql).length === 0) createGeneration(this.sql, state.generation);
    const generations = listGenerations(this.sql);
    state.generation = generations[generations.length - 1];
    this.backlog = emptyBacklog();
    this.sequence = 0;
    this.waitingIds.clear();
    for (const generation of generations) {
      for (const { kind, batchId, sequence } of idsOfGeneration(this.sql, generation))
        this.waitingIds.add({ generation, sequence }, kind, batchId);
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

  /** What the object cost since it woke, and how much waits. */
  tellUsage(): ModelUsage {
    const { sinceMs, batches, folds, rowsWritten, alarmsSet } = this.usage;
    return {
      ...{ sinceMs, batches, folds, alarmsSet },
      waiting: this.backlog.all.batches,
      rowsWritten: rowsWritten + alarmsSet,
      databaseBytes: this.sql.databaseSize,
    };
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

  /** Windows that begin before this keep the performance they have: their predictions are forgotten, whole windows at once. */
  joinableFromMs(nowMs: number): number {
    const modelNowMs = this.modelNowMs(nowMs);
    const { windowMs, retention } = this.configured.model;
    const horizonMs = Math.min(limits.labelHorizonMs, retention.daysMs);
    return modelNowMs === null ? -Infinity : floorTo(modelNowMs - horizonMs, windowMs);
  }
}

function emptyBacklog(): { open: Backlog; all: Backlog } {
  return { open: { batches: 0, bytes: 0 }, all: { batches: 0, bytes: 0 } };
}

export function later(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.max(a, b);
}
