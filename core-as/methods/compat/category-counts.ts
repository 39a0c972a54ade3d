/**
 * Counts of a categorical column's values, by their texts: what two tables with dictionaries of their own are compared in.
 * Rows without a value are left out.
 */
import type { CategoricalColumn } from "../../domain/columns.ts";

export type CategoryCounts = ReadonlyMap<string, number>;

/** @param start the rows `start` ≤ place < `end` of the codes; all when left out */
export function countCategories(
  { codes, dictionary }: CategoricalColumn,
  start = 0,
  end = codes.length,
): CategoryCounts {
  const byCode = new Float64Array(dictionary.length);
  for (let row = start; row < end; row++) if (codes[row] >= 0) byCode[codes[row]]++;
  const counts = new Map<string, number>();
  // Two codes of one text are one category.
  dictionary.forEach((value, code) => {
    if (byCode[code] > 0) counts.set(value, (counts.get(value) ?? 0) + byCode[code]);
  });
  return counts;
}

/** Both sides' counts in the same cells: the values of either, in the order of their texts. */
export function pairCategories(
  reference: CategoryCounts,
  current: CategoryCounts,
): { values: string[]; a: Float64Array; c: Float64Array } {
  const values = [...new Set([...reference.keys(), ...current.keys()])].sort();
  return {
    values,
    a: Float64Array.from(values, (value) => reference.get(value) ?? 0),
    c: Float64Array.from(values, (value) => current.get(value) ?? 0),
  };
}

export const rowsCounted = (counts: CategoryCounts): number =>
  [...counts.values()].reduce((sum, count) => sum + count, 0);
