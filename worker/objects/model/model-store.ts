import type { Activation } from "#core/domain/api.ts";
import { revisableMs } from "#core/domain/event-time.ts";
import type { WindowRule } from "#core/domain/monitor.ts";
import { alignmentMs, reachMs } from "#core/domain/monitor-windows.ts";
import { noReference } from "#core/domain/wire.ts";
import { BatchStore } from "./batch-store.ts";
import { markDue } from "./due.ts";
import { CellCounts, type PaneContent, Sketches } from "./pane-content.ts";
import { ReferenceStore } from "./references.ts";
import { applySchema } from "./schema.ts";
import { loadState, type ModelState } from "./state.ts";
import { saveWatched } from "./watch.ts";

/** A reference that reaches further back is looked at as it is. */
const fixed = { kind: "fixed" } as const;

/** A model's store: beside its batches its references, panes, checks and performance. */
export class ModelStore extends BatchStore<ModelState> {
  readonly references: ReferenceStore;
  /** Ends of the windows whose logs changed since they were last taken out of here: a superset after a rollback. */
  readonly changedWindows = new Set<number>();
  /** When a round last folded all that waited; null since the object woke. */
  foldedAllMs: number | null = null;

  constructor(storage: DurableObjectStorage) {
    super(storage);
    this.references = new ReferenceStore(this.sql);
  }

  protected override loadState(): ModelState {
    applySchema(this.sql, "model");
    return loadState(this.sql);
  }

  /** Empty, of the kind that rows under the reference are counted in. */
  contentOf(referenceId: string): PaneContent {
    return referenceId === noReference
      ? new Sketches(this.configured.model.features)
      : new CellCounts(this.references.slotsOf(referenceId));
  }

  /** Windows that end before this are as they are: what rebuilt them is rolled up. */
  revisableFromMs(rule: WindowRule, nowMs: number): number {
    const modelNowMs = this.modelNowMs(nowMs);
    const { model } = this.configured;
    if (modelNowMs === null) return -Infinity;
    return modelNowMs - revisableMs(model, alignmentMs(rule, model)) + reachMs(rule, fixed, model);
  }

  /** Labels or predictions of windows that end then are new: their performance is to be measured again. */
  markChanged(ends: Iterable<number>): void {
    const changed = [...ends];
    markDue(this.sql, "performance", "", changed);
    for (const endMs of changed) this.changedWindows.add(endMs);
  }

  /** Somebody may look at it from now on, or nobody does. @returns whether that is news */
  watch(watched: boolean): boolean {
    if (this.configured.watched === watched) return false;
    saveWatched(this.sql, watched);
    this.configured.watched = watched;
    return true;
  }

  get activations(): Activation[] {
    return this.configured.activations;
  }
}
