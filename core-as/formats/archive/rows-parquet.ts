/**
 * Archived rows as Parquet, by hyparquet-writer, lot by lot: a row group at most as large as a worker holds beside the rest. What is
 * missing is null, times are UTC timestamps in milliseconds.
 */
import { parquetMetadata } from "hyparquet";
import { ByteWriter, ParquetWriter, schemaFromColumnData } from "hyparquet-writer";
import type { ArchiveColumn } from "../../domain/archive.ts";
import type { CategoricalColumn, Column, Columns } from "../../domain/columns.ts";
import { rowGroups } from "../tables/parquet-groups.ts";
import { completed } from "./archived-rows.ts";

/** Values of a row group: 8 MB of doubles, more as JavaScript's own lists. */
const groupValues = 1_000_000;

export interface ParquetStream {
  /** The file's bytes so far that were not taken yet. */
  take(): Uint8Array<ArrayBuffer>;
  write(rows: Columns): void;
  finish(): void;
}

/** Writes a file from its beginning to its end; what was written can be taken on the way. */
export function parquetStream(
  schema: readonly ArchiveColumn[],
  groupRows = Math.max(1000, Math.floor(groupValues / schema.length)),
): ParquetStream {
  const bytes = new ByteWriter();
  const empty = completed(schema, new Map(), 0);
  const none = { rows: 0, timesMs: new Float64Array(0), columns: empty };
  const writer = new ParquetWriter({
    writer: bytes,
    schema: schemaFromColumnData({ columnData: sourcesOf(schema, none, 0, 0) }),
    createdBy: "mdt-edge",
    statistics: false,
  });
  return {
    write(rows) {
      for (let from = 0; from < rows.rows; from += groupRows) {
        const to = Math.min(from + groupRows, rows.rows);
        void writer.write({ columnData: sourcesOf(schema, rows, from, to), rowGroupSize: groupRows });
      }
    },
    finish: () => void writer.finish(),
    take() {
      const taken = new Uint8Array(bytes.getBuffer());
      // Places in the file are counted by `offset`, which goes on.
      bytes.index = 0;
      return taken;
    },
  };
}

export function rowsToParquet(schema: readonly ArchiveColumn[], rows: Columns): Uint8Array<ArrayBuffer> {
  const stream = parquetStream(schema);
  stream.write(rows);
  stream.finish();
  return stream.take();
}

const basicTypes = { text: "STRING", number: "DOUBLE", flag: "BOOLEAN", time: "TIMESTAMP" } as const;

function sourcesOf(schema: readonly ArchiveColumn[], rows: Columns, from: number, to: number) {
  return schema.map(({ name, type }) => {
    const column = rows.columns.get(name);
    // Readers skip groups by their times; of texts, a file's statistics would repeat people's ids.
    const base = { name, type: basicTypes[type], nullable: true, statistics: type === "time" };
    if (name === "timestamp")
      return { ...base, data: timesIn(rows.timesMs ?? new Float64Array(0), from, to) };
    if (column === undefined) throw new RangeError(`the rows have no column "${name}"`);
    if (column.kind === "categorical")
      return { ...base, data: type === "flag" ? flagsIn(column, from, to) : textsIn(column, from, to) };
    return {
      ...base,
      data: type === "time" ? timesIn(column.values, from, to) : numbersIn(column.values, from, to),
    };
  });
}

/** A plain view where nothing is missing. */
function numbersIn(values: Float64Array, from: number, to: number): Float64Array | (number | null)[] {
  const part = values.subarray(from, to);
  return part.some(Number.isNaN) ? Array.from(part, (value) => (Number.isNaN(value) ? null : value)) : part;
}

const timesIn = (values: Float64Array, from: number, to: number): (bigint | null)[] =>
  Array.from(values.subarray(from, to), (time) => (Number.isNaN(time) ? null : BigInt(Math.floor(time))));

const textsIn = ({ codes, dictionary }: CategoricalColumn, from: number, to: number): (string | null)[] =>
  Array.from(codes.subarray(from, to), (code) => (code < 0 ? null : dictionary[code]));

const flagsIn = ({ codes, dictionary }: CategoricalColumn, from: number, to: number): (boolean | null)[] =>
  Array.from(codes.subarray(from, to), (code) => (code < 0 ? null : dictionary[code] === "true"));

/**
 * Reads what `rowsToParquet` wrote, row group by row group.
 * @param name what the file is called where it cannot be read
 * @param wanted names of columns; the others are not read and have no value
 */
export async function* rowsFromParquet(
  schema: readonly ArchiveColumn[],
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  wanted: (name: string) => boolean = () => true,
): AsyncGenerator<Columns, void, void> {
  const { buffer, byteOffset, byteLength } = bytes;
  const file = buffer.slice(byteOffset, byteOffset + byteLength);
  const metadata = parquetMetadata(file);
  // Columns that were declared later are not in older files.
  const there = new Set(metadata.schema.map((element) => element.name));
  const read = schema.map((column) => (there.has(column.name) && wanted(column.name) ? column.name : null));
  for await (const { rows, columns } of rowGroups(name, file, metadata, read)) {
    const given = new Map<string, Column>();
    let timesMs = new Float64Array(rows).fill(NaN);
    schema.forEach((column, index) => {
      const values = columns[index];
      if (values === null) return;
      if (column.name === "timestamp") timesMs = readTimes(values);
      else if (column.type === "time") given.set(column.name, { kind: "numeric", values: readTimes(values) });
      else given.set(column.name, column.type === "number" ? readNumbers(values) : readTexts(values));
    });
    yield { rows, timesMs, columns: completed(schema, given, rows) };
  }
}

const readTimes = (values: ArrayLike<unknown>): Float64Array<ArrayBuffer> =>
  Float64Array.from(values, (time) => (time instanceof Date ? time.getTime() : NaN));

const readNumbers = (values: ArrayLike<unknown>): Column => ({
  kind: "numeric",
  values:
    values instanceof Float64Array
      ? values
      : Float64Array.from(values, (value) => (typeof value === "number" ? value : NaN)),
});

function readTexts(values: ArrayLike<unknown>): Column {
  const known = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (typeof value !== "string" && typeof value !== "boolean") return -1;
    const text = String(value);
    const code = known.get(text) ?? known.size;
    known.set(text, code);
    return code;
  });
  return { kind: "categorical", codes, dictionary: [...known.keys()] };
}
