import type { CategoricalColumn } from "../domain/columns.ts";
import type { CategoryCells } from "../domain/reference-cells.ts";

/** One cell a category, the most frequent first (ties by name); beyond the limit they share the cell `other`. */
export function categoricalCells(column: CategoricalColumn, most: number): CategoryCells {
  const counts = categoryCounts(column);
  const byCount = column.dictionary
    .map((value, code) => ({ value, count: counts[code] }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const fits = byCount.length <= most;
  return {
    kind: "categories",
    values: byCount.slice(0, most).map(({ value }) => value),
    other: fits ? [] : byCount.slice(most).map(({ value }) => value),
  };
}

/** Rows whose category stands alone in the column. */
export function singleCategories(column: CategoricalColumn): number {
  return categoryCounts(column).reduce((alone, count) => alone + (count === 1 ? 1 : 0), 0);
}

function categoryCounts(column: CategoricalColumn): Float64Array {
  const counts = new Float64Array(column.dictionary.length);
  for (const code of column.codes) if (code >= 0) counts[code]++;
  return counts;
}

/** Both values always have a cell: a flag that was never set in the reference is no unseen category. */
export const booleanCells: CategoryCells = { kind: "categories", values: ["false", "true"], other: [] };
