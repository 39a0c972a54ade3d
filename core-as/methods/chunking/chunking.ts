/** One way to say how a table is to be cut: by size, by number, by calendar period or by a fixed duration. */
import { type Column, gather } from "../../domain/columns.ts";
import type { CalendarPeriod } from "./calendar.ts";
import { chunksByCalendar, chunksByDuration } from "./by-period.ts";
import { chunksByCount, chunksBySize } from "./by-rows.ts";
import type { Chunk, Chunked, Rows } from "./chunk.ts";

export type Chunking =
  | { by: "size"; size: number }
  | { by: "count"; count: number }
  | { by: "calendar"; period: CalendarPeriod }
  | { by: "duration"; periodMs: number; originMs?: number };

export const defaultChunking: Chunking = Object.freeze({ by: "count", count: 10 });

/** Cuts rows as asked for; periods need times. */
export function cutIntoChunks(rows: Rows, chunking: Chunking = defaultChunking): Chunked {
  if (chunking.by === "size") return chunksBySize(rows, chunking.size);
  if (chunking.by === "count") return chunksByCount(rows, chunking.count);
  const { timesMs } = rows;
  if (!timesMs) throw new RangeError("chunks of time need rows with times");
  return chunking.by === "calendar"
    ? chunksByCalendar({ ...rows, timesMs }, chunking.period)
    : chunksByDuration({ ...rows, timesMs }, chunking.periodMs, chunking.originMs);
}

/** The values of a column in the order that the chunks count in. */
export function inChunkOrder<T extends Float64Array | Int32Array>(values: T, { order }: Chunked): T {
  if (order === null) return values;
  if (values.length !== order.length) throw new RangeError(`${values.length} values of ${order.length} rows`);
  return values.map((_, place) => values[order[place]]) as T;
}

/** A column's rows of one chunk, as a column of their own. */
export function columnOfChunk<T extends Column>(column: T, { order }: Chunked, { start, end }: Chunk): T {
  const rows = order?.subarray(start, end);
  if (column.kind === "numeric")
    return { ...column, values: rows ? gather(column.values, rows) : column.values.subarray(start, end) };
  return { ...column, codes: rows ? gather(column.codes, rows) : column.codes.subarray(start, end) };
}
