/**
 * One number a chunk as NannyML takes it from a column, with the sampling error that it takes from the reference:
 *
 * | series | value | sampling error, m rows in the chunk |
 * |---|---|---|
 * | `missing` | share of rows without a value | √(p(1 − p)/m), p the reference's share |
 * | `mean` | mean | s/√m, s the reference's sd over n − 1 |
 * | `std` | sd over n − 1 | √((μ₄ − s⁴(m − 3)/(m − 1))/m)/(2s), μ₄ the reference's fourth central moment (Rao 1973) |
 * | `sum` | sum | s·√m |
 * | `median` | median | 1/(2f√m), f the reference's density at its median by a Gaussian kernel of Scott's width (1992) |
 * | `unseen`, `out_of_range` | share of rows whose value the reference does not have, or beyond its smallest and largest | none |
 *
 * m counts rows without a value too, as there. NaN where a chunk, or the reference, has no value to take it from.
 */
import type { Column, NumericColumn } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { centralMoments, quantile } from "../numeric/descriptive.ts";
import { sumOf } from "../numeric/exact-sum.ts";
import { countCategories, rowsCounted } from "./category-counts.ts";

export type NannymlSummary = "missing" | "mean" | "std" | "sum" | "median" | "unseen" | "out_of_range";

export interface Summarised {
  value: number;
  samplingError: number | null;
}

export type Summary = (chunk: Column) => Summarised;

/** Prepared from the reference once, asked for each chunk. A summary that the column's kind does not have is a misuse. */
export function fitSummary(kernel: Kernel, series: NannymlSummary, reference: Column): Summary {
  if (series === "missing") return missing(reference);
  if (series === "unseen") return unseen(reference);
  if (reference.kind !== "numeric") throw new RangeError(`categories have no ${series}`);
  const sorted = kernel.sortFinite(reference.values);
  if (series === "out_of_range")
    return (chunk) => ({
      value: shareOf(numbers(chunk), (value) => value < sorted[0] || value > sorted[sorted.length - 1]),
      samplingError: null,
    });
  const errorOf = samplingError(kernel, series, sorted);
  return (chunk) => {
    const values = kernel.sortFinite(numbers(chunk).values);
    return { value: valueOf(series, values), samplingError: errorOf(numbers(chunk).values.length) };
  };
}

function valueOf(series: "mean" | "std" | "sum" | "median", sorted: Float64Array): number {
  if (series === "median") return quantile(sorted, 0.5);
  // The sum of nothing is 0, there as well; its mean and deviation are none.
  const { sum, mean, std1 } = centralMoments(sorted);
  return { sum: sorted.length > 0 ? sum : 0, mean, std: std1 }[series];
}

function samplingError(
  kernel: Kernel,
  series: "mean" | "std" | "sum" | "median",
  sorted: Float64Array,
): (rows: number) => number {
  const { mean, std1: sd } = centralMoments(sorted);
  if (series === "mean") return (rows) => sd / Math.sqrt(rows);
  if (series === "sum") return (rows) => sd * Math.sqrt(rows);
  if (series === "median") {
    const density = densityAtMedian(kernel, sorted, sd);
    return (rows) => 1 / (2 * density * Math.sqrt(rows));
  }
  const fourth = sumOf(sorted, (value) => square(square(value - mean))) / sorted.length;
  return (rows) => {
    const variance = (fourth - (square(square(sd)) * (rows - 3)) / (rows - 1)) / rows;
    return variance >= 0 && variance < Infinity ? Math.sqrt(variance) / (2 * sd) : NaN;
  };
}

function densityAtMedian(kernel: Kernel, sorted: Float64Array, sd: number): number {
  const n = sorted.length;
  const median = quantile(sorted, 0.5);
  const width = sd * kernel.exp(-kernel.log(n) / 5);
  const heights = sumOf(sorted, (value) => kernel.exp(-square((value - median) / width) / 2));
  return heights / (n * width * Math.sqrt(2 * Math.PI));
}

function missing(reference: Column): Summary {
  const share = missingShare(reference);
  const error = Math.sqrt(share * (1 - share));
  return (chunk) => ({ value: missingShare(chunk), samplingError: error / Math.sqrt(rowsOf(chunk)) });
}

function missingShare(column: Column): number {
  return column.kind === "numeric"
    ? shareOf(column, (value) => Number.isNaN(value))
    : 1 - rowsCounted(countCategories(column)) / column.codes.length;
}

function unseen(reference: Column): Summary {
  if (reference.kind === "numeric") throw new RangeError("numbers have no unseen values; see out_of_range");
  const known = countCategories(reference);
  return (chunk) => {
    if (chunk.kind === "numeric") throw new RangeError("a categorical column was given numbers");
    let rows = 0;
    for (const [value, count] of countCategories(chunk)) if (!known.has(value)) rows += count;
    return { value: rows / chunk.codes.length, samplingError: null };
  };
}

function numbers(column: Column): NumericColumn {
  if (column.kind !== "numeric") throw new RangeError("a numeric column was given categories");
  return column;
}

function shareOf({ values }: NumericColumn, counts: (value: number) => boolean): number {
  return values.reduce((sum, value) => sum + (counts(value) ? 1 : 0), 0) / values.length;
}

const rowsOf = (column: Column): number =>
  column.kind === "numeric" ? column.values.length : column.codes.length;
const square = (x: number): number => x * x;
