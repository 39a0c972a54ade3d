/** One side of a column for people: place and spread of numbers, the most frequent values of everything else. */
import type { CategoricalColumn, Column } from "../domain/columns.ts";
import type { ColumnSummary } from "../domain/comparison.ts";
import type { ReferenceFeature } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { quantile } from "../methods/numeric/descriptive.ts";
import type { Sample } from "../methods/numeric/sample.ts";
import { categoryCounts, finite } from "./exact-scores.ts";

/** Values listed in a summary. */
const listed = 10;
/** Numbers with more distinct values than this are not listed value by value. */
const fewValues = 50;

export function numericSummary(kernel: Kernel, sample: Sample): ColumnSummary {
  const { sorted, missing, negInf, posInf } = sample;
  const counts = new Map<string, number>();
  let distinct = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    while (end < sorted.length && sorted[end] === sorted[start]) end++;
    distinct++;
    if (distinct <= fewValues) counts.set(String(sorted[start] === 0 ? 0 : sorted[start]), end - start);
  }
  const { mean, variance } = kernel.moments(sorted);
  const known = sorted.length > 0 && Number.isFinite(mean) && Number.isFinite(variance);
  return {
    rows: sorted.length + missing + negInf + posInf,
    values: sorted.length,
    missing,
    distinct,
    numeric: known
      ? {
          mean,
          std: Math.sqrt(variance),
          min: sorted[0],
          lowerQuartile: finite(quantile(sorted, 0.25)),
          median: finite(quantile(sorted, 0.5)),
          upperQuartile: finite(quantile(sorted, 0.75)),
          max: sorted[sorted.length - 1],
        }
      : null,
    top: distinct <= fewValues ? mostFrequent(counts) : [],
  };
}

export function categoricalSummary(column: CategoricalColumn): ColumnSummary {
  const counts = categoryCounts(column);
  const values = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return {
    rows: column.codes.length,
    values,
    missing: column.codes.length - values,
    distinct: counts.size,
    numeric: null,
    top: mostFrequent(counts),
  };
}

/** What a profile still knows of its rows. */
export function profileSummary(feature: ReferenceFeature): ColumnSummary {
  const { cells, counts, missing, negInf, posInf, moments } = feature;
  const values = counts.reduce((sum, count) => sum + count, 0);
  const named = cells.kind === "quantile" ? [] : cells.values.map(String);
  return {
    rows: values + missing + negInf + posInf,
    values,
    missing,
    distinct:
      cells.kind === "quantile"
        ? null
        : counts.filter((count, i) => i < named.length && count > 0).length +
          (cells.kind === "categories" ? cells.other.length : 0),
    numeric: moments && {
      ...{ mean: moments.mean, std: moments.std, min: moments.min, max: moments.max },
      ...{ lowerQuartile: null, median: null, upperQuartile: null },
    },
    top: mostFrequent(new Map(named.map((value, i) => [value, counts[i]]))),
  };
}

/** A column that the current rows do not have. */
export function absentSummary(rows: number): ColumnSummary {
  return { rows, values: 0, missing: rows, distinct: 0, numeric: null, top: [] };
}

/** The current rows' most frequent values that no row of the reference had. */
export function newValues(reference: ReferenceFeature, current: Column): ColumnSummary["top"] {
  if (reference.cells.kind !== "categories" || current.kind !== "categorical") return [];
  const known = new Set([...reference.cells.values, ...reference.cells.other]);
  return mostFrequent(new Map([...categoryCounts(current)].filter(([value]) => !known.has(value))));
}

function mostFrequent(counts: Map<string, number>): ColumnSummary["top"] {
  return [...counts]
    .filter(([, count]) => count > 0)
    .map(([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, listed);
}
