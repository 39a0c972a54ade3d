import type { BatchKind } from "./deltas.ts";

/**
 * Ids of the batches that wait to be folded, by their generation, as the tables have them. Nearly every id is new, and is then looked
 * for in no table.
 */
export class WaitingIds {
  readonly #ids = new Map<number, Set<string>>();

  add(generation: number, kind: BatchKind, batchId: string): void {
    let ids = this.#ids.get(generation);
    if (ids === undefined) this.#ids.set(generation, (ids = new Set()));
    ids.add(keyOf(kind, batchId));
  }

  /** The generation that has it; undefined where none has. */
  find(kind: BatchKind, batchId: string): number | undefined {
    const key = keyOf(kind, batchId);
    for (const [generation, ids] of this.#ids) if (ids.has(key)) return generation;
    return undefined;
  }

  /** Its table is dropped. */
  drop(generation: number): void {
    this.#ids.delete(generation);
  }

  clear(): void {
    this.#ids.clear();
  }
}

const keyOf = (kind: BatchKind, batchId: string): string => `${kind}\n${batchId}`;
