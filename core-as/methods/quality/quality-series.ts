/**
 * A quality series over a table: one number a chunk with its interval and its p-value against the whole reference; sums and
 * numbers of rows against the reference's own chunks. Thresholds over the values, where somebody wants those rather than
 * p-values, are in `thresholds.ts`. Cost: that of each method, a chunk.
 */
import type { Column, Columns, NumericColumn } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import type { Chunk, Chunked } from "../chunking/chunk.ts";
import { type Chunking, columnOfChunk, cutIntoChunks, defaultChunking } from "../chunking/chunking.ts";
import { countCategories, pairCategories, rowsCounted } from "../compat/category-counts.ts";
import { distinctValues } from "../compat/histogram-bins.ts";
import { sampleOf } from "../numeric/sample.ts";
import type { ShareCounts } from "../shares/share-counts.ts";
import { cardinality } from "./cardinality.ts";
import { meanOf } from "./mean.ts";
import { missing } from "./missing.ts";
import { outOfReferenceRange } from "./out-of-range.ts";
import type { QualityResult } from "./quality-result.ts";
import { quantileOf } from "./quantile.ts";
import { stdOf } from "./std.ts";
import { rowCount, sumOfPeriod } from "./totals.ts";
import { unseenOfReference } from "./unseen.ts";

/** `p`: of a quantile, by default the median. */
export type QualityMetric =
  | "missing"
  | "unseen"
  | "out_of_range"
  | "cardinality"
  | "mean"
  | "std"
  | "median"
  | "sum"
  | "count"
  | { quantile: number };

export interface QualityChunk extends Chunk, QualityResult {}

/** @param name the column, in both tables; `count` is of the table and needs none */
export function qualitySeries(
  kernel: Kernel,
  metric: QualityMetric,
  reference: Columns,
  current: Columns,
  name: string | null,
  chunking: Chunking = defaultChunking,
): QualityChunk[] {
  const chunked = cutIntoChunks(current, chunking);
  const measure = prepared(kernel, metric, reference, current, name, chunking, chunked);
  return chunked.chunks.map((chunk) => ({ ...chunk, ...measure(chunk) }));
}

function prepared(
  kernel: Kernel,
  metric: QualityMetric,
  reference: Columns,
  current: Columns,
  name: string | null,
  chunking: Chunking,
  chunked: Chunked,
): (chunk: Chunk) => QualityResult {
  if (metric === "count") {
    const { chunks } = cutIntoChunks(reference, chunking);
    const rows = Float64Array.from(chunks, ({ start, end }) => end - start);
    return ({ start, end }) => rowCount(kernel, rows, end - start);
  }
  const [before, now] = [reference, current].map((table) => columnOf(table, name));
  if (metric === "sum") {
    const past = cutIntoChunks(reference, chunking);
    const periods = past.chunks.map((chunk) => numeric(columnOfChunk(before, past, chunk)).values);
    return (chunk) => sumOfPeriod(kernel, periods, numeric(columnOfChunk(now, chunked, chunk)).values);
  }
  const measure = againstWhole(kernel, metric, before);
  return (chunk) => measure(columnOfChunk(now, chunked, chunk));
}

function againstWhole(
  kernel: Kernel,
  metric: Exclude<QualityMetric, "count" | "sum">,
  before: Column,
): (chunk: Column) => QualityResult {
  if (metric === "missing") {
    const reference = missingIn(before);
    return (chunk) => missing(kernel, reference, missingIn(chunk));
  }
  if (metric === "unseen") {
    if (before.kind === "numeric") throw new RangeError("numbers have no unseen values; see out_of_range");
    const known = countCategories(before);
    const counts = Float64Array.from(known.values());
    return (chunk) => {
      const found = countCategories(categorical(chunk));
      const inside = [...found].reduce((sum, [value, rows]) => sum + (known.has(value) ? rows : 0), 0);
      return unseenOfReference(kernel, counts, {
        successes: rowsCounted(found) - inside,
        failures: inside,
      });
    };
  }
  if (metric === "cardinality") return cardinalityAgainst(kernel, before);
  const reference = sampleOf(kernel, numeric(before).values);
  if (metric === "out_of_range") {
    const [least, most] = [reference.sorted[0], reference.sorted[reference.sorted.length - 1]];
    return (chunk) => {
      const values = numeric(chunk).values.filter((value) => !Number.isNaN(value));
      const outside = values.filter((value) => value < least || value > most).length;
      return outOfReferenceRange(kernel, reference.sorted.length, {
        successes: outside,
        failures: values.length - outside,
      });
    };
  }
  return (chunk) => {
    const sample = sampleOf(kernel, numeric(chunk).values);
    if (metric === "mean") return meanOf(kernel, reference, sample);
    if (metric === "std") return stdOf(kernel, reference, sample);
    return quantileOf(kernel, reference, sample, metric === "median" ? 0.5 : metric.quantile);
  };
}

function cardinalityAgainst(kernel: Kernel, before: Column): (chunk: Column) => QualityResult {
  if (before.kind === "categorical") {
    const known = countCategories(before);
    return (chunk) => {
      const { a, c } = pairCategories(known, countCategories(categorical(chunk)));
      return cardinality(kernel, a, c);
    };
  }
  const r = kernel.sortFinite(before.values);
  return (chunk) => {
    const c = kernel.sortFinite(numeric(chunk).values);
    const values = distinctValues(r, c);
    return cardinality(kernel, kernel.countValues(r, values).cells, kernel.countValues(c, values).cells);
  };
}

function missingIn(column: Column): ShareCounts {
  const [rows, without] =
    column.kind === "numeric"
      ? [column.values.length, column.values.filter((value) => Number.isNaN(value)).length]
      : [column.codes.length, column.codes.filter((code) => code < 0).length];
  return { successes: without, failures: rows - without };
}

function columnOf({ columns }: Columns, name: string | null): Column {
  const column = name === null ? undefined : columns.get(name);
  if (!column) throw new RangeError(`both tables need a column ${name}`);
  return column;
}

function numeric(column: Column): NumericColumn {
  if (column.kind !== "numeric") throw new RangeError("categories have no numbers");
  return column;
}

function categorical(column: Column): Column & { kind: "categorical" } {
  if (column.kind !== "categorical") throw new RangeError("a categorical column was given numbers");
  return column;
}
