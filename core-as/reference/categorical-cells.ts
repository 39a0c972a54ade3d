import type { CategoricalColumn } from "../domain/columns.ts";
import type { CategoryCells } from "../domain/reference-cells.ts";

/** One cell a category, the most frequent first (ties by name); beyond the limit they share the cell `other`. */
export function categoricalCells(column: CategoricalColumn, most: number): CategoryCells {
  const counts = categoryCounts(column);
  return cellsOfCounts(
    column.dictionary.map((value, code) => [value, counts[code]] as const),
    most,
  );
}

/** The same of categories with their counts. */
export function cellsOfCounts(counts: Iterable<readonly [string, number]>, most: number): CategoryCells {
  const byCount = [...counts]
    .filter(([, count]) => count > 0)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .map(([value]) => value);
  return { kind: "categories", values: byCount.slice(0, most), other: byCount.slice(most) };
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
