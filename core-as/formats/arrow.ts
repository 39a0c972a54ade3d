/**
 * Arrow IPC, stream or file, to columns, by flechette. A column of doubles or of 32-bit dictionary codes without nulls
 * in one record batch stays a view of the bytes; everything else is copied once.
 *
 * Integers, floats and decimals of any width become numbers (to the nearest double), timestamps and dates epoch
 * milliseconds, text and dictionaries of text categories, booleans the categories "false" and "true", null NaN or −1.
 * Columns of other types (lists, structs, binary, …) are named as unreadable. Buffers must not be compressed.
 */
import { type Column as ArrowColumn, type DataType, type Table, tableFromIPC, Type } from "@uwdata/flechette";
import type { CategoricalColumn, Column, Columns } from "../domain/columns.ts";
import { ProblemError } from "../domain/errors.ts";
import { checkedStream } from "./arrow-messages.ts";
import { checkedBooleans, checkedCodes, refuseUnreadable, timed } from "./raw-columns.ts";

export const arrowStreamType = "application/vnd.apache.arrow.stream";
export const arrowFileType = "application/vnd.apache.arrow.file";

type Values = Float64Array | Float32Array | Uint16Array | Int32Array | Uint8Array | BigInt64Array;

/** In milliseconds. */
const microsecond = 1e-3;
const nanosecond = 1e-6;

/** What is needed of flechette's batches. */
interface Batch {
  length: number;
  nullCount: number;
  validity?: Uint8Array;
  values: Values;
  dictionary?: { cache(): ArrayLike<unknown> };
  at(row: number): unknown;
}

const malformed = (detail: string): ProblemError => new ProblemError("malformed_columns", detail);

/** The file's columns, the one named `timestamp` as times. */
export function readArrow(bytes: Uint8Array): Columns {
  const table = decode(bytes);
  if (table.schema.endianness !== 0) throw malformed("Only little-endian Arrow is read.");
  const rows = table.numRows;
  const read = new Map<string, Column>();
  const unreadable = new Map<string, string>();
  table.names.map(String).forEach((name, index) => {
    const column = table.children[index];
    if (read.has(name) || unreadable.has(name)) throw malformed(`The column "${name}" stands twice.`);
    if (column.length !== rows)
      throw malformed(`The column "${name}" has ${column.length} values, not ${rows}.`);
    const found = readColumn(name, column, rows);
    if (typeof found === "string") unreadable.set(name, found);
    else read.set(name, found);
  });
  const columns: Columns = { ...timed(rows, read), unreadable };
  refuseUnreadable(columns, ["timestamp"]);
  return columns;
}

function decode(bytes: Uint8Array): Table {
  // Its own buffer, so that no offset can reach beyond it, and aligned.
  const whole = bytes.byteLength === bytes.buffer.byteLength ? bytes : bytes.slice();
  const stream = checkedStream(whole);
  try {
    return tableFromIPC(stream);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unreadable";
    const [, codec] = /compression codec "(\w+)"/.exec(reason) ?? [];
    throw malformed(
      codec === undefined
        ? `The body is no Arrow IPC stream or file: ${reason}.`
        : `The buffers are compressed with ${codec}: write them uncompressed, and pack the whole body with gzip instead.`,
    );
  }
}

/** The column, or the name of its type where that cannot be read. */
function readColumn(name: string, column: ArrowColumn<unknown>, rows: number): Column | string {
  const batches = column.data as unknown as readonly Batch[];
  const type = column.type as DataType | undefined;
  switch (type?.typeId) {
    case undefined: // no record batch
    case Type.Null:
      return { kind: "categorical", codes: new Int32Array(rows).fill(-1), dictionary: [] };
    case Type.Int:
      if (name === "prediction_id") return wholeIds(name, batches, rows);
      return numbers(name, batches, rows, 1);
    case Type.Float:
      return type.precision === 0 ? workedOut(name, batches, rows) : numbers(name, batches, rows, 1);
    case Type.Decimal:
      return workedOut(name, batches, rows);
    case Type.Timestamp:
      return numbers(name, batches, rows, [1000, 1, microsecond, nanosecond][type.unit]);
    case Type.Date:
      return numbers(name, batches, rows, type.unit === 0 ? 86_400_000 : 1);
    case Type.Bool:
      return booleans(name, batches, rows);
    case Type.Utf8:
    case Type.LargeUtf8:
    case Type.Utf8View:
      return texts(batches, rows);
    case Type.Dictionary:
      if (isText(type.dictionary)) return categories(name, batches, rows);
      return `dictionary of ${typeName(type.dictionary)}`;
    default:
      return type ? typeName(type) : "unknown";
  }
}

const isText = ({ typeId }: DataType): boolean =>
  typeId === Type.Utf8 || typeId === Type.LargeUtf8 || typeId === Type.Utf8View;

const typeName = ({ typeId }: DataType): string =>
  Object.entries(Type).find(([, id]) => id === typeId)?.[0] ?? `type ${typeId}`;

/** The batch's values, as many as it says it has. */
function valuesOf(name: string, { values, length }: Batch): Values {
  if (values.length < length)
    throw malformed(`The column "${name}" has ${values.length} values where ${length} were announced.`);
  return values.subarray(0, length);
}

/** Calls back for every null of a batch. */
function forNulls({ length, nullCount, validity }: Batch, mark: (row: number) => void): void {
  if (nullCount === 0 || validity === undefined || validity.length === 0) return;
  for (let row = 0; row < length; row++) if (((validity[row >> 3] >> (row & 7)) & 1) === 0) mark(row);
}

/** Numbers, times in `unit` milliseconds. */
function numbers(name: string, batches: readonly Batch[], rows: number, unit: number): Column {
  if (batches.length === 1 && batches[0].nullCount === 0 && unit === 1) {
    const whole = valuesOf(name, batches[0]);
    if (whole instanceof Float64Array) return { kind: "numeric", values: whole };
  }
  const values = new Float64Array(rows);
  let at = 0;
  for (const batch of batches) {
    const given = valuesOf(name, batch);
    if (given instanceof BigInt64Array || given instanceof BigUint64Array) {
      // Nanoseconds since 1970 are more than a double holds, microseconds are not: to the nearest of these.
      const [half, step] = unit === nanosecond ? [500n, 1000n] : [0n, 1n];
      for (let row = 0; row < given.length; row++) values[at + row] = Number((given[row] + half) / step);
    } else values.set(given, at);
    if (unit > 1) for (let row = 0; row < given.length; row++) values[at + row] *= unit;
    if (unit < 1) for (let row = 0; row < given.length; row++) values[at + row] /= 1000;
    forNulls(batch, (row) => (values[at + row] = NaN));
    at += batch.length;
  }
  return { kind: "numeric", values };
}

/** Ids are what they say, beyond 2^53 too: the texts of their digits. */
function wholeIds(name: string, batches: readonly Batch[], rows: number): CategoricalColumn {
  const { dictionary, codeOf } = coded();
  const codes = new Int32Array(rows);
  let at = 0;
  for (const batch of batches) {
    const given = valuesOf(name, batch);
    for (let row = 0; row < given.length; row++) codes[at + row] = codeOf(String(given[row]));
    forNulls(batch, (row) => (codes[at + row] = -1));
    at += batch.length;
  }
  return { kind: "categorical", codes, dictionary };
}

/** Half floats and decimals: numbers that the bytes do not hold as they are. */
function workedOut(name: string, batches: readonly Batch[], rows: number): Column {
  const values = new Float64Array(rows);
  let at = 0;
  for (const batch of batches) {
    valuesOf(name, batch);
    for (let row = 0; row < batch.length; row++) values[at + row] = (batch.at(row) as number | null) ?? NaN;
    at += batch.length;
  }
  return { kind: "numeric", values };
}

function booleans(name: string, batches: readonly Batch[], rows: number): Column {
  const bytes = new Uint8Array(rows);
  const missing: number[] = [];
  let at = 0;
  for (const batch of batches) {
    const bits = batch.values as Uint8Array;
    if (bits.length * 8 < batch.length) throw malformed(`The column "${name}" has too few bits.`);
    for (let row = 0; row < batch.length; row++) bytes[at + row] = (bits[row >> 3] >> (row & 7)) & 1;
    const start = at;
    forNulls(batch, (row) => missing.push(start + row));
    at += batch.length;
  }
  const column = checkedBooleans(name, bytes);
  for (const row of missing) column.codes[row] = -1;
  return column;
}

/** Codes for texts in the order of their first appearance. */
function coded(): { dictionary: string[]; codeOf(text: unknown): number } {
  const known = new Map<string, number>();
  const dictionary: string[] = [];
  const codeOf = (text: unknown): number => {
    if (typeof text !== "string") return -1;
    let code = known.get(text);
    if (code === undefined) {
      known.set(text, (code = dictionary.length));
      dictionary.push(text);
    }
    return code;
  };
  return { dictionary, codeOf };
}

function texts(batches: readonly Batch[], rows: number): CategoricalColumn {
  const { dictionary, codeOf } = coded();
  const codes = new Int32Array(rows);
  let at = 0;
  for (const batch of batches) {
    for (let row = 0; row < batch.length; row++) codes[at + row] = codeOf(batch.at(row));
    at += batch.length;
  }
  return { kind: "categorical", codes, dictionary };
}

function categories(name: string, batches: readonly Batch[], rows: number): CategoricalColumn {
  if (batches.length === 1 && batches[0].nullCount === 0) {
    const entries = Array.from(batches[0].dictionary?.cache() ?? []);
    const keys = valuesOf(name, batches[0]);
    if (keys instanceof Int32Array && entries.every((entry) => typeof entry === "string"))
      return checkedCodes(name, keys, entries);
  }
  const { dictionary, codeOf } = coded();
  const codes = new Int32Array(rows);
  let at = 0;
  for (const batch of batches) {
    const codeOfKey = Array.from(batch.dictionary?.cache() ?? [], codeOf);
    const keys = valuesOf(name, batch);
    for (let row = 0; row < keys.length; row++) codes[at + row] = codeOfKey[Number(keys[row])] ?? -2;
    forNulls(batch, (row) => (codes[at + row] = -1));
    at += batch.length;
  }
  return checkedCodes(name, codes, dictionary);
}
