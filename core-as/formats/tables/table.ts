/** A file as a table: where its bytes come from, and its rows in chunks of columns. The same in browsers and in Node. */
import { ProblemError } from "../../domain/errors.ts";

/** A `File` in a browser, a path in Node; read more than once, in whole or in parts. */
export interface ByteSource {
  name: string;
  /** Bytes. */
  size: number;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  slice(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

export type TableFormat = "csv" | "ndjson" | "json" | "arrow" | "parquet";

/** Some rows, a list of values for each column; a column that was not wanted has none. */
export interface TableChunk {
  rows: number;
  columns: (ArrayLike<unknown> | null)[];
  /** The line of the file that each row begins in, from 1, in formats that have lines. Counted when it is asked for. */
  lines?: () => Int32Array;
}

export interface Table {
  format: TableFormat;
  /** Column names, unique. */
  names: string[];
  /** Values of these columns, chunk by chunk; to be called once. */
  chunks(wanted: readonly boolean[]): AsyncGenerator<TableChunk, void, void>;
  /** What a reader should know, known when all chunks are read. */
  remarks: string[];
}

export interface ReadOptions {
  format?: TableFormat | null;
  delimiter?: string | null;
  /** CSV: whether the first line holds names; told by its values where this is left out. */
  header?: boolean | null;
  /** CSV: "," where numbers are written like 3,14; told by the values where fields are parted by something else. */
  decimal?: "." | "," | null;
  /** What text is written in, as TextDecoder calls it; told by the bytes where this is left out. */
  encoding?: string | null;
  /** Hears the bytes read so far. */
  progress?: (bytes: number) => void | Promise<void>;
}

export const unreadable = (name: string, why: string): ProblemError =>
  new ProblemError("file_unreadable", `${name} cannot be read: ${why}`);

/** Names as they are, numbered where they are empty or stand twice. */
export function uniqueNames(given: readonly string[], remarks: string[]): string[] {
  const taken = new Set<string>();
  return given.map((raw, index) => {
    const base = raw.trim() === "" ? `column ${index + 1}` : raw.trim();
    let name = base;
    for (let count = 2; taken.has(name); count++) name = `${base} (${count})`;
    if (name !== base) remarks.push(`Two columns are called "${base}": the second is "${name}" here.`);
    taken.add(name);
    return name;
  });
}
