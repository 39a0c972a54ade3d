/**
 * NannyML's data quality and summary series: a number a chunk, three sampling errors around it, thresholds of mean ± 3
 * population standard deviations over the reference's chunks, and an alarm. Its series do not agree among themselves, and
 * this follows each:
 *
 * - `missing`: threshold kept within [0, 1], alarm only beyond it; the interval is cut to [0, 1].
 * - `mean`, `std`, `sum`, `median`, `rows`: alarm at the threshold too, so that a series that never moves alarms in every
 *   chunk; a threshold at or below 0 of `std` and `rows` is dropped. A chunk without a value alarms.
 * - `unseen`, `out_of_range`: alarm for a single row.
 *
 * Ours are in `quality/`. Cost: a sort a column and chunk.
 */
import type { Column, Columns } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import type { Chunk } from "../chunking/chunk.ts";
import { type Chunking, columnOfChunk, cutIntoChunks, defaultChunking } from "../chunking/chunking.ts";
import { constantThresholds, deviationThresholds, type Thresholds } from "../thresholds.ts";
import { fitSummary, type NannymlSummary, type Summarised } from "./nannyml-summaries.ts";

export interface NannymlQualityChunk extends Chunk, Summarised {
  /** Value ± 3 sampling errors; null where there is no error to take. */
  low: number | null;
  high: number | null;
  alert: boolean;
}

export interface NannymlQualitySeries {
  thresholds: Thresholds;
  reference: NannymlQualityChunk[];
  current: NannymlQualityChunk[];
}

interface Rules {
  range: { low?: number; high?: number };
  atLimit: "limit" | "drop";
  /** Whether a value at the threshold alarms. */
  including: boolean;
}

const rules: Record<Exclude<NannymlSummary, "unseen" | "out_of_range"> | "rows", Rules> = {
  missing: { range: { low: 0, high: 1 }, atLimit: "limit", including: false },
  mean: { range: {}, atLimit: "drop", including: true },
  std: { range: { low: 0 }, atLimit: "drop", including: true },
  sum: { range: {}, atLimit: "drop", including: true },
  median: { range: {}, atLimit: "drop", including: true },
  rows: { range: { low: 0 }, atLimit: "drop", including: true },
};

/** @param name the column, in both tables */
export function nannymlQuality(
  kernel: Kernel,
  series: NannymlSummary,
  reference: Columns,
  current: Columns,
  name: string,
  chunking: Chunking = defaultChunking,
): NannymlQualitySeries {
  const [before, now] = [reference.columns.get(name), current.columns.get(name)];
  if (!before || !now) throw new RangeError(`both tables need a column ${name}`);
  const summary = fitSummary(kernel, series, before);
  const along = (table: Columns, column: Column): [Chunk, Summarised][] => {
    const chunked = cutIntoChunks(table, chunking);
    return chunked.chunks.map((chunk) => [chunk, summary(columnOfChunk(column, chunked, chunk))]);
  };
  const strict = series === "unseen" || series === "out_of_range";
  return judged(kernel, strict ? null : series, along(reference, before), along(current, now));
}

/** Rows in each chunk, the one series that is of the table. */
export function nannymlRows(
  kernel: Kernel,
  reference: Columns,
  current: Columns,
  chunking: Chunking,
): NannymlQualitySeries {
  const along = (table: Columns): [Chunk, Summarised][] =>
    cutIntoChunks(table, chunking).chunks.map((chunk) => [
      chunk,
      { value: chunk.end - chunk.start, samplingError: null },
    ]);
  return judged(kernel, "rows", along(reference), along(current));
}

function judged(
  kernel: Kernel,
  series: keyof typeof rules | null,
  before: [Chunk, Summarised][],
  now: [Chunk, Summarised][],
): NannymlQualitySeries {
  const rule = series && rules[series];
  const values = Float64Array.from(before, ([, { value }]) => value);
  const thresholds = rule ? deviationThresholds(kernel, values, rule) : constantThresholds(null, 0);
  const chunks = (side: [Chunk, Summarised][]): NannymlQualityChunk[] =>
    side.map(([chunk, summarised]) => ({
      ...chunk,
      ...summarised,
      ...around(summarised, series === "missing" || series === "std" ? rules[series].range : {}),
      alert: alarms(summarised.value, thresholds, rule?.including ?? false),
    }));
  return { thresholds, reference: chunks(before), current: chunks(now) };
}

function around(
  { value, samplingError: error }: Summarised,
  { low = -Infinity, high = Infinity }: Rules["range"],
): { low: number | null; high: number | null } {
  if (error === null) return { low: null, high: null };
  return { low: Math.max(low, value - 3 * error), high: Math.min(high, value + 3 * error) };
}

function alarms(value: number, { lower, upper }: Thresholds, including: boolean): boolean {
  const [low, high] = [lower ?? -Infinity, upper ?? Infinity];
  return including ? !(low < value && value < high) : value < low || value > high;
}
