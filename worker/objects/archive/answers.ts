import type { ArchiveHour } from "#core/domain/api.ts";
import type { ErasedValue } from "#core/domain/erasures.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import { batchKey } from "../../archive/keys.ts";
import type { RowFile } from "../../archive/row-files.ts";
import { allErased, lastErasure } from "./erasures.ts";
import { type Hour, listHours, type Part, partsBetween } from "./hours.ts";
import { pendingLots, rowsOf } from "./pending.ts";

/** An hour as it can be read now. */
export interface HourFiles {
  hourMs: number;
  rows: number;
  files: RowFile[];
  /** Whether labels may be known that its files do not have. */
  unlabelled: boolean;
}

export interface FilesPage {
  hours: HourFiles[];
  /** Where to go on; null at the end. */
  nextMs: number | null;
  /** Everything that was erased, where some file may still hold it. */
  erased: ErasedValue[];
}

/** Hours and files of one answer. */
const hoursPerPage = 256;
const filesPerPage = 4096;

/** The files that count of the hours in [from, to), hour by hour. */
export function filesOf(sql: SqlStorage, prefix: string, fromMs: number, toMs: number): FilesPage {
  const hours = listHours(sql, fromMs, toMs, hoursPerPage);
  const lastMs = hours.at(-1)?.hourMs ?? toMs;
  const parts = partsBetween(sql, fromMs, lastMs + 1);
  const pending = Map.groupBy(pendingOf(sql, prefix, fromMs, lastMs + 1), ({ hourMs }) => hourMs);
  const sequence = lastErasure(sql);
  const page: FilesPage = { hours: [], nextMs: null, erased: [] };
  let [files, unsearched] = [0, false];
  for (const hour of hours) {
    const own = parts.get(hour.hourMs) ?? [];
    const batches = pending.get(hour.hourMs) ?? [];
    if (page.hours.length > 0 && files + own.length + batches.length > filesPerPage) {
      page.nextMs = hour.hourMs;
      break;
    }
    files += own.length + batches.length;
    unsearched ||= own.some(({ searched }) => searched < sequence);
    unsearched ||= batches.some(({ searched }) => searched < sequence);
    page.hours.push({
      hourMs: hour.hourMs,
      rows: rowsIn(hour, own),
      files: [
        ...own.map(({ key, part, rows }) => ({ key, part, batch: null, rows })),
        ...batches.map(({ file }) => file),
      ],
      unlabelled: batches.length > 0 || isStale(hour, own),
    });
  }
  if (page.nextMs === null && hours.length === hoursPerPage) page.nextMs = lastMs + HOUR_MS;
  if (unsearched) page.erased = allErased(sql);
  return page;
}

interface PendingOf {
  hourMs: number;
  searched: number;
  file: RowFile;
}

function pendingOf(sql: SqlStorage, prefix: string, fromMs: number, toMs: number): PendingOf[] {
  const found: PendingOf[] = [];
  for (const { files } of pendingLots(sql, { fromMs, toMs }))
    for (const file of files)
      for (const { hourMs } of file.hours)
        if (hourMs >= fromMs && hourMs < toMs)
          found.push({
            hourMs,
            searched: file.searched,
            file: {
              ...{ key: batchKey(prefix, file), part: null, batch: { name: file.name } },
              rows: rowsOf(file, hourMs),
            },
          });
  return found;
}

const rowsIn = ({ rows }: Hour, parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + part.rows, rows);

const isStale = ({ labelChanges }: Hour, parts: readonly Part[]): boolean =>
  parts.some((part) => part.labelChanges < labelChanges);

/** Rows of the hours in [from, to). */
export function countRows(sql: SqlStorage, fromMs: number, toMs: number): number {
  const sum = (table: string): number =>
    sql
      .exec<{
        rows: number;
      }>(
        `select coalesce(sum(rows), 0) as rows from ${table} where hour_ms >= ? and hour_ms < ?`,
        fromMs,
        toMs,
      )
      .one().rows;
  return sum("hour") + sum("part");
}

/** An hour with the rows of each of its Parquet files. */
export interface ListedHour extends ArchiveHour {
  parts: { part: number; rows: number }[];
}

/** What is there, hour by hour. */
export function hoursOf(sql: SqlStorage, fromMs: number, toMs: number, most: number): ListedHour[] {
  const hours = listHours(sql, fromMs, toMs, most);
  const parts = partsBetween(sql, fromMs, (hours.at(-1)?.hourMs ?? fromMs) + 1);
  return hours.map((hour) => {
    const own = parts.get(hour.hourMs) ?? [];
    return {
      fromMs: hour.hourMs,
      toMs: hour.hourMs + HOUR_MS,
      state: hour.rows > 0 || isStale(hour, own) ? "open" : "compacted",
      rows: rowsIn(hour, own),
      labelled: own.reduce((sum, { labelled }) => sum + labelled, 0),
      bytes: own.reduce((sum, { bytes }) => sum + bytes, hour.bytes),
      files: own.length,
      parts: own.map(({ part, rows }) => ({ part, rows })),
    };
  });
}
