/**
 * Derived blocks: integer counts that windows keep beside their features' cells, for what cells of single features cannot
 * tell (which values are missing together, scores by decision, estimated losses). The reference fixes a block's
 * parameters; counts lie after the features' slots in the same flat vector, so they merge, travel and are stored as all
 * counts are. A sum of real numbers goes in as fixed point, row by row, so that it adds exactly in any order.
 */
import * as z from "zod";
import type { Columns } from "../domain/columns.ts";
import type { Layout } from "../domain/reference-cells.ts";
import type { Kernel } from "../kernel/api.ts";

/** One kind of block; `B` is plain JSON that the reference keeps. */
export interface DerivedKind<B extends { kind: string }> {
  schema: z.ZodType<B>;
  /** Counts that a block takes in the vector. */
  slots(block: B): number;
  /** @param layout of the whole vector: what is counted of the features already may spare a pass over their values */
  counter(kernel: Kernel, block: B, layout: Layout): DerivedCounter;
  /** Why no `rows` rows can have these counts, of a profile that was counted elsewhere; null where they can. */
  problem(block: B, counts: Float64Array, rows: number): string | null;
  /** Why it cannot be of a reference of so many chunks; null where it can. Left out where `OfReference` says it all. */
  misfit?(block: B, chunks: number): string | null;
  /**
   * The block of a reference that is made of windows counted in this one's cells: their counts, and those of each of them
   * where the reference has chunks. Left out where `estimation/rebase.ts` knows.
   */
  rebase?(kernel: Kernel, block: B, counts: Float64Array, chunks: readonly Float64Array[] | null): B;
}

/** Adds the given rows (all when left out) to `counts` from `offset` on; the features' slots are counted before. */
export type DerivedCounter = (
  columns: Columns,
  rows: Int32Array | undefined,
  counts: Float64Array,
  offset: number,
) => void;

export type AnyDerivedKind = DerivedKind<{ kind: string }>;

/** Forgets the parameters' type: a block is checked against its kind's schema before anything else is done with it. */
export function derivedKind<B extends { kind: string }>(kind: DerivedKind<B>): AnyDerivedKind {
  return kind as unknown as AnyDerivedKind;
}
