/**
 * The flights as columns. What the source says and what was found in it:
 * - `date` is the actual departure, local time to the minute, in order; `delay` the delay at arrival in minutes; so a
 *   row is known at departure except for its delay.
 * - `distance` is in miles. Nothing is missing. A few hundred rows agree in all five columns: different flights of the
 *   same minute, kept.
 * - A few delays lie around ±1,100 minutes: arrivals booked on the wrong day. They are real rows and stay.
 * - Six rows lie on 1 July; they are dropped, or the last day would be a window of six flights.
 * Cancelled flights are not in the data.
 */
import { readFile } from "node:fs/promises";
import { parquetMetadata, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { MINUTE_MS } from "#core/domain/limits.ts";
import { epochMs, replayToMinute } from "./calendar.ts";
import { dataFile } from "./source.ts";

export interface Flights {
  rows: number;
  /** Departure, local time, in minutes since 1 January 2001; ascending. */
  minute: Int32Array;
  /** Minutes late at arrival. */
  delay: Int16Array;
  /** Miles. */
  distance: Int16Array;
  /** Indices into `codes`. */
  origin: Int16Array;
  destination: Int16Array;
  /** IATA codes, sorted. */
  codes: string[];
}

/**
 * Reads the flights that departed before `toMinute` (default: all but those of 1 July).
 * @throws when the file is not in order of time: the rest relies on it.
 */
export async function loadFlights(toMinute = replayToMinute): Promise<Flights> {
  const bytes = await readFile(dataFile("flights-3m.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const metadata = parquetMetadata(file);
  const total = Number(metadata.num_rows);
  const minute = new Int32Array(total);
  const ends = { origin: new Int16Array(total), destination: new Int16Array(total) };
  const numbers = { delay: new Int16Array(total), distance: new Int16Array(total) };
  const found = new Map<string, number>();
  const rowEnd = rowsUntil(metadata, toMinute, total);
  await parquetRead({
    file,
    metadata,
    compressors,
    rowEnd,
    parsers: { timestampFromMicroseconds: (micros) => Number(micros / 60_000_000n) - epochMs / MINUTE_MS },
    onChunk: ({ columnName, columnData, rowStart }) => {
      if (columnName === "origin" || columnName === "destination") {
        const into = ends[columnName];
        for (let row = 0; row < columnData.length; row++) {
          const code = columnData[row] as string;
          let index = found.get(code);
          if (index === undefined) found.set(code, (index = found.size));
          into[rowStart + row] = index;
        }
      } else {
        const into = columnName === "date" ? minute : numbers[columnName as keyof typeof numbers];
        for (let row = 0; row < columnData.length; row++) into[rowStart + row] = Number(columnData[row]);
      }
    },
  });
  const rows = countBefore(minute.subarray(0, rowEnd), toMinute);
  const codes = [...found.keys()].sort();
  const sorted = Int16Array.from(found.keys(), (code) => codes.indexOf(code));
  const recode = (column: Int16Array): Int16Array => column.slice(0, rows).map((index) => sorted[index]);
  return {
    rows,
    minute: minute.slice(0, rows),
    delay: numbers.delay.slice(0, rows),
    distance: numbers.distance.slice(0, rows),
    origin: recode(ends.origin),
    destination: recode(ends.destination),
    codes,
  };
}

/** Whole row groups that can hold a row before `toMinute`, by their statistics: a slice need not read everything. */
function rowsUntil(metadata: ReturnType<typeof parquetMetadata>, toMinute: number, total: number): number {
  let rows = 0;
  for (const group of metadata.row_groups) {
    const least = group.columns[0].meta_data?.statistics?.min_value;
    if (least instanceof Date && least.getTime() >= epochMs + toMinute * MINUTE_MS) return rows;
    rows += Number(group.num_rows);
  }
  return Math.min(rows, total);
}

function countBefore(minute: Int32Array, toMinute: number): number {
  let rows = 0;
  while (rows < minute.length && minute[rows] < toMinute) {
    if (rows > 0 && minute[rows] < minute[rows - 1]) throw new Error("the flights are not in order of time");
    rows++;
  }
  return rows;
}
