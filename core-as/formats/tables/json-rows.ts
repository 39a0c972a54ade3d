/**
 * Rows of JSON to chunks of columns. Objects in a row are taken apart, `{"user": {"age": 3}}` is the column "user.age"; lists
 * are no single values, and their columns are left out with a remark. Columns are those of the rows looked at first; one
 * that comes later is named in a remark.
 */
import type { Table, TableChunk } from "./table.ts";

export type Row = Readonly<Record<string, unknown>>;

export const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Rows that are looked at for their columns. */
export const rowsForNames = 1000;
const deepest = 16;

/** The row without objects in it; itself where it has none. */
export function flattened(row: Row): Row {
  let nested = false;
  for (const name in row) if (isRow(row[name])) nested = true;
  if (!nested) return row;
  const flat: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const take = (part: Row, path: string, depth: number): void => {
    for (const name of Object.keys(part)) {
      const [value, place] = [part[name], path + name];
      if (isRow(value) && depth < deepest) take(value, `${place}.`, depth + 1);
      else flat[place] = isRow(value) ? JSON.stringify(value) : value;
    }
  };
  take(row, "", 0);
  return flat;
}

/** Names of columns with single values; columns of lists are remarked on. */
export function namesOf(rows: readonly Row[], remarks: string[]): string[] {
  const [single, lists] = [new Set<string>(), new Set<string>()];
  const empty = new Set<string>();
  for (const row of rows)
    for (const name of Object.keys(row)) {
      const value = row[name];
      (Array.isArray(value) ? lists : value === null ? empty : single).add(name);
    }
  for (const name of lists)
    if (!single.has(name))
      remarks.push(`"${name}" holds lists: it was left out. One value a row can be compared.`);
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names].filter((name) => single.has(name) || (empty.has(name) && !lists.has(name)));
}

/** Rows as `flattened` gives them, with the line of each where they came in lines. */
export interface RowBatch {
  rows: readonly Row[];
  lines?: readonly number[];
}

export async function* rowChunks(
  batches: AsyncIterable<RowBatch>,
  names: readonly string[],
  wanted: Parameters<Table["chunks"]>[0],
  remarks: string[],
): AsyncGenerator<TableChunk, void, void> {
  const known = new Set(names);
  const [late, lists] = [new Map<string, boolean>(), new Set<string>()];
  for await (const { rows, lines } of batches) {
    const columns = names.map((name, column) => {
      if (!wanted[column]) return null;
      const values = new Array<unknown>(rows.length);
      for (let row = 0; row < rows.length; row++) {
        const value = Object.hasOwn(rows[row], name) ? rows[row][name] : null;
        values[row] = Array.isArray(value) ? (lists.add(name), null) : value;
      }
      return values;
    });
    for (const row of rows)
      for (const name in row) if (!known.has(name)) late.set(name, Array.isArray(row[name]));
    yield { rows: rows.length, columns, ...(lines && { lines: () => Int32Array.from(lines) }) };
  }
  for (const name of lists) remarks.push(`Lists in "${name}" count as missing.`);
  for (const [name, list] of late)
    if (!list) remarks.push(`"${name}" is in none of the first ${rowsForNames} rows: it was left out.`);
}
