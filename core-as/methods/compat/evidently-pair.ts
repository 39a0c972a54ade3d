/**
 * One column of both tables as Evidently's tests take it: rows without a value dropped (infinite numbers with them), and what
 * it takes the column for. In the window, whole numbers of at most ten distinct values without a gap are categories, all
 * other numbers numerical; texts that mostly differ from each other are text, which it compares by a classifier of words.
 */
import type { Column } from "../../domain/columns.ts";
import type { Kernel } from "../../kernel/api.ts";
import { type Sample, sampleOf } from "../numeric/sample.ts";
import { countCategories, pairCategories, rowsCounted } from "./category-counts.ts";
import { distinctValues } from "./histogram-bins.ts";

export type EvidentlyType = "numerical" | "categorical" | "text";

export interface EvidentlyPair {
  /** Rows with a value. */
  n: number;
  m: number;
  /** Distinct values of both sides together. */
  distinct: number;
  /** Both sides' counts of those, in ascending order. */
  cells: () => { a: Float64Array; c: Float64Array };
  /** The numbers; null where the column has none. */
  samples: { r: Sample; c: Sample } | null;
}

/** Whole numbers of more distinct values than this are numerical. */
const mostCategories = 10;

export function evidentlyType(kernel: Kernel, current: Column): EvidentlyType {
  if (current.kind === "categorical") {
    const counts = countCategories(current);
    if ([...counts.keys()].every((value) => value === "true" || value === "false")) return "categorical";
    return counts.size > rowsCounted(counts) / 2 ? "text" : "categorical";
  }
  const { values } = current;
  // NaN is no whole number: a column with a gap is one of fractions to pandas.
  if (!values.every((value) => Number.isInteger(value))) return "numerical";
  return distinctValues(kernel.sortFinite(values)).length <= mostCategories ? "categorical" : "numerical";
}

/** Null where the column is numeric on one side and categorical on the other. */
export function evidentlyPair(kernel: Kernel, reference: Column, current: Column): EvidentlyPair | null {
  if (reference.kind === "numeric" && current.kind === "numeric") {
    const [r, c] = [reference, current].map(({ values }) => sampleOf(kernel, values));
    const values = distinctValues(r.sorted, c.sorted);
    const count = (sorted: Float64Array): Float64Array => kernel.countValues(sorted, values).cells;
    return {
      n: r.sorted.length,
      m: c.sorted.length,
      distinct: values.length,
      cells: () => ({ a: count(r.sorted), c: count(c.sorted) }),
      samples: { r, c },
    };
  }
  if (reference.kind === "categorical" && current.kind === "categorical") {
    const [before, now] = [countCategories(reference), countCategories(current)];
    const { values, a, c } = pairCategories(before, now);
    return {
      n: rowsCounted(before),
      m: rowsCounted(now),
      distinct: values.length,
      cells: () => ({ a, c }),
      samples: null,
    };
  }
  return null;
}
