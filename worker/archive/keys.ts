import { HOUR_MS } from "#core/domain/limits.ts";
import type { BatchFile } from "#core/domain/wire.ts";

/**
 * Where the archive's files lie in the bucket. Everything of a model begins with one prefix, which also says when the model was made:
 * one of the same id that is made anew meets nothing of the old one.
 */
export const prefixOf = (modelName: string, createdAtMs: number): string => `${modelName}/${createdAtMs}/`;

/**
 * Batch files lie by the stretch of wall time in which they were put. It is far shorter than the time for which batch ids are
 * remembered, so two batches that count can never share a file; and what is left over of an old stretch is found by listing it.
 */
export const bucketMs = 6 * HOUR_MS;

export const bucketOf = (nowMs: number): number => Math.floor(nowMs / bucketMs);

export const bucketPrefix = (prefix: string, bucket: number): string =>
  `${prefix}batches/${hourWord(bucket * bucketMs)}/`;

export const batchKey = (prefix: string, { bucket, name }: Pick<BatchFile, "bucket" | "name">): string =>
  `${bucketPrefix(prefix, bucket)}${name}.arrow`;

/** @param mark makes the name unlike every earlier one: what a crashed attempt still writes must never be taken for ours */
export const partKey = (prefix: string, hourMs: number, part: number, mark: string): string =>
  `${prefix}hours/${hourWord(hourMs)}/${part}-${mark}.parquet`;

const hourWord = (timeMs: number): string => new Date(timeMs).toISOString().slice(0, 13);
