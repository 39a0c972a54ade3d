import type { BatchKind } from "./deltas.ts";

/** Where a batch waits. */
export interface WaitingPlace {
  generation: number;
  sequence: number;
}

/**
 * Ids of the batches that wait to be folded, as the tables have them. Nearly every id is new, and is then looked for in no table; and
 * the tables need no order by id, which the longest of their rows would have to be read for.
 */
export class WaitingIds {
  readonly #byGeneration = new Map<number, Map<string, number>>();

  add({ generation, sequence }: WaitingPlace, kind: BatchKind, batchId: string): void {
    let sequences = this.#byGeneration.get(generation);
    if (sequences === undefined) this.#byGeneration.set(generation, (sequences = new Map()));
    sequences.set(keyOf(kind, batchId), sequence);
  }

  /** Null where it does not wait. */
  find(kind: BatchKind, batchId: string): WaitingPlace | null {
    const key = keyOf(kind, batchId);
    for (const [generation, sequences] of this.#byGeneration) {
      const sequence = sequences.get(key);
      if (sequence !== undefined) return { generation, sequence };
    }
    return null;
  }

  /** Its table is dropped. */
  drop(generation: number): void {
    this.#byGeneration.delete(generation);
  }

  clear(): void {
    this.#byGeneration.clear();
  }
}

const keyOf = (kind: BatchKind, batchId: string): string => `${kind}\n${batchId}`;
