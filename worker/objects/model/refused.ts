import { floorTo } from "#core/domain/event-time.ts";
import { mergeQuality, type PaneQuality } from "#core/domain/pane-quality.ts";
import type { BatchInput } from "./take-batch.ts";

/** Ids of refused batches that are known again: a client that tries again and again is within a few seconds of itself. */
const idsKept = 4096;
/** Panes that one alarm writes for them: a broken backfill refuses batches of every day. */
const panesKept = 64;

export type RefusedPane = [paneStartMs: number, quality: PaneQuality];

/**
 * Batches of which no row was accepted. They store nothing, and a write for each of them would let a broken sender run up the
 * bill: they are added up in memory, and folded into panes with everything else when the alarm rings. If the object is lost
 * before, so are the few seconds since the last alarm; their senders have their refusals.
 */
export class RefusedBatches {
  readonly #byTime = new Map<number, PaneQuality>();
  readonly #ids = new Set<string>();

  /** Stretches of time with something to fold. */
  get size(): number {
    return this.#byTime.size;
  }

  /**
   * Counts a batch at the time of its newest row, or now where none can be read. The same again changes nothing; a batch that
   * no time can be found for is not counted.
   */
  note(
    { batchId, deduplicated, bodyHash }: Pick<BatchInput, "batchId" | "deduplicated" | "bodyHash">,
    { quality, newestMs }: NonNullable<BatchInput["refusedWhole"]>,
    { paneMs, modelNowMs }: { paneMs: number; modelNowMs: number | null },
  ): void {
    const timeMs = newestMs ?? modelNowMs;
    if (timeMs === null) return;
    const id = `${batchId} ${bodyHash}`;
    if (deduplicated && this.#ids.has(id)) return;
    if (this.#ids.size >= idsKept) this.#ids.clear();
    if (deduplicated) this.#ids.add(id);
    const own = floorTo(timeMs, paneMs);
    const kept = this.#byTime.has(own) || this.#byTime.size < panesKept;
    // What is too much to be told apart counts with the latest.
    const startMs = kept ? own : Math.max(...this.#byTime.keys());
    this.#add(startMs, quality);
  }

  #add(startMs: number, quality: PaneQuality): void {
    const before = this.#byTime.get(startMs);
    this.#byTime.set(startMs, before === undefined ? quality : mergeQuality(before, quality));
  }

  /** All of them, to be handed over; what could not be is given back. */
  take(): RefusedPane[] {
    const taken = this.list();
    this.clear();
    return taken;
  }

  giveBack(taken: readonly RefusedPane[]): void {
    for (const [startMs, quality] of taken) this.#add(startMs, quality);
  }

  /** By the start of their pane. */
  list(): RefusedPane[] {
    return [...this.#byTime];
  }

  /** They are folded, or the model is no more. */
  clear(): void {
    this.#byTime.clear();
  }
}
