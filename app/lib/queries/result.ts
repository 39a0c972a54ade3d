/** What a query gives back, in plain values. */
export type Cell = string | number | boolean | null;

export interface Result {
  columns: { name: string; type: string }[];
  /** At most `mostRows` of them. */
  rows: Cell[][];
  total: number;
  milliseconds: number;
}

/** More rows than a person reads make a page slow; the CSV download has all. */
export const mostRows = 1000;

/** By Arrow's name of the column's type. */
export const isNumeric = (type: string): boolean => /^(Int|Uint|Float|Decimal)/.test(type);
