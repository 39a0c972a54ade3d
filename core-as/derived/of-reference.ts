/** What a block says of the reference's own rows, so that windows can be held against it without them. */
import * as z from "zod";

const Count = z.number().int().nonnegative();

/** Standard deviation of a metric's terms from row to row, and the share of rows that have one (chunk-error.ts). */
const ErrorPerRow = z.object({ spread: z.number().nonnegative(), share: z.number().positive().max(1) });

export const OfReference = z.object({
  /** The reference's rows, counted as a window's are. */
  counts: z.array(Count),
  /** By metric: how far the realised value of so many rows strays. */
  errors: z.record(z.string(), ErrorPerRow),
  /**
   * By metric, what is estimated of each of the reference's chunks by a model that had not seen it; null where that is
   * nothing. Null without chunks.
   */
  chunks: z.record(z.string(), z.array(z.number().nullable())).nullable(),
});
export type OfReference = z.infer<typeof OfReference>;
