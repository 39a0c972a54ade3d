/** What estimates are learnt from: a reference's rows with the labels that are known, and the chunks they lie in. */
import type { Columns } from "../domain/columns.ts";
import type { Answering } from "../domain/outcomes.ts";
import type { Chunking } from "../reference/chunks.ts";

export interface LabelledRows {
  model: Answering;
  columns: Columns;
  /** Class indices or numbers; NaN where unknown. */
  labels: Float64Array;
  chunking: Chunking | null;
}

/** At most so many of the rows, evenly spread over all of them. */
export function spreadRows(rows: Int32Array, most: number): Int32Array {
  if (rows.length <= most) return rows;
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor((i * rows.length) / most)]);
}

/** Models that each have not seen some of the chunks are learnt for so many groups of chunks. */
export interface ChunkFold {
  /** Whose estimate is by this fold's model: places in the reference's chunks. */
  chunks: number[];
  /** Their rows. */
  rows: Int32Array;
}

/** Chunks dealt in turn into at most so many folds. */
export function chunkFolds({ rowsOf }: Chunking, most: number): ChunkFold[] {
  const folds = Array.from({ length: Math.min(most, rowsOf.length) }, () => [] as number[]);
  rowsOf.forEach((_, chunk) => folds[chunk % folds.length].push(chunk));
  return folds.map((chunks) => ({
    chunks,
    rows: Int32Array.from(chunks.flatMap((chunk) => [...rowsOf[chunk]])),
  }));
}
