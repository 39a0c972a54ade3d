/**
 * A look at a whole file before the first row of it is sent: what is wrong in its last line is known in time, and so is whether
 * its rows come in the order of their times.
 */
import { parseTimestamp } from "#core/formats/timestamp.ts";
import { columnBuilder } from "#core/formats/tables/column-builder.ts";
import { openTable } from "#core/formats/tables/open-table.ts";
import type { ByteSource, ReadOptions } from "#core/formats/tables/table.ts";
import { type FieldColumns, onlyTimes } from "../field-columns.ts";
import { columnValues } from "../rows/cell-values.ts";

export interface Scan {
  rows: number;
  /** Rows in the stretch that was asked for, and the first and last time of those; null without any. */
  timed: number;
  firstMs: number | null;
  lastMs: number | null;
  /** How far a row's time lies behind the greatest before it, at most. */
  disorderMs: number;
}

/** The only column of times among those of no other field, told by the file's first rows; null where that is not plain. */
export async function findTimes(
  source: ByteSource,
  options: ReadOptions,
  taken: FieldColumns,
): Promise<string | null> {
  const table = await openTable(source, options);
  const used = new Set(taken.values());
  const wanted = table.names.map((name) => !used.has(name));
  for await (const { rows, columns } of table.chunks(wanted)) {
    const built = table.names.flatMap((name, i) => {
      if (!wanted[i]) return [];
      const builder = columnBuilder(name);
      builder.add(columns[i], rows);
      return builder.finish();
    });
    return onlyTimes(built, taken);
  }
  return null;
}

/** Reads every row, and of each its time only. */
export async function scanTimes(
  source: ByteSource,
  options: ReadOptions,
  column: string | null,
  { fromMs, toMs }: { fromMs: number; toMs: number },
): Promise<Scan> {
  const table = await openTable(source, options);
  const place = column === null ? -1 : table.names.indexOf(column);
  const scan: Scan = { rows: 0, timed: 0, firstMs: null, lastMs: null, disorderMs: 0 };
  let [first, last] = [Infinity, -Infinity];
  for await (const { rows, columns } of table.chunks(table.names.map((_, i) => i === place))) {
    scan.rows += rows;
    const values = columns[place];
    for (const value of values ? columnValues("time", values, rows, null) : []) {
      const time = parseTimestamp(value);
      if (!(time >= fromMs && time < toMs)) continue;
      scan.timed++;
      if (time < first) first = time;
      if (time > last) last = time;
      else if (last - time > scan.disorderMs) scan.disorderMs = last - time;
    }
  }
  if (scan.timed > 0) [scan.firstMs, scan.lastMs] = [first, last];
  return scan;
}
