/**
 * Rows as raw columns: a body that is counted where it lies. No value is parsed and f64, timestamp and category columns
 * are views of the body, so reading costs a glance at the header and, for categories and booleans, one look at each code.
 *
 * All numbers little-endian. Bytes 0–3 "MDTC", 4–7 the version (1), 8–11 the header's length in bytes, 12–15 zero; then
 * the header as JSON in UTF-8, and from the next multiple of 8 on the data. The header:
 * `{"rows": 3, "columns": [{"name": "age", "type": "f64", "at": 0}, …]}`; `at` is where the column begins in the data, a
 * multiple of 8. Types: `f64`, `f32`, `i32`, `bool` (a byte each, 0 or 1), `timestamp` (f64, epoch milliseconds),
 * `category` (i32 codes into the column's `dictionary` of strings, −1 missing). `validity`, where given, is the place of
 * a bitmap of one bit a row, lowest first, 0 for missing (as in Arrow). NaN is missing too.
 *
 * What does not fit its description is refused as a whole: `malformed_columns`.
 */
import type { Column, Columns } from "../domain/columns.ts";
import { ProblemError } from "../domain/errors.ts";
import { checkedBooleans, checkedCodes, timed, withoutInvalid } from "./raw-columns.ts";

export const binaryColumnsType = "application/vnd.mdt.columns";

export const binaryColumnTypes = ["f64", "f32", "i32", "bool", "timestamp", "category"] as const;
export type BinaryColumnType = (typeof binaryColumnTypes)[number];

/** What is written of one column. */
export interface BinaryColumn {
  name: string;
  type: BinaryColumnType;
  values: Float64Array | Float32Array | Int32Array | Uint8Array;
  dictionary?: readonly string[];
  validity?: Uint8Array;
}

const magic = 0x4354444d;
const version = 1;
const preludeBytes = 16;
const widths = { f64: 8, f32: 4, i32: 4, bool: 1, timestamp: 8, category: 4 } as const;
const aligned = (at: number): number => Math.ceil(at / 8) * 8;

interface HeaderColumn {
  name: string;
  type: BinaryColumnType;
  at: number;
  dictionary?: string[];
  validity?: number;
}
interface Header {
  rows: number;
  columns: HeaderColumn[];
}

const malformed = (detail: string): ProblemError => new ProblemError("malformed_columns", detail);

/** The columns with one value a row each, as one body. */
export function writeBinaryColumns(rows: number, columns: readonly BinaryColumn[]): Uint8Array<ArrayBuffer> {
  let end = 0;
  const pieces: { at: number; bytes: Uint8Array }[] = [];
  const place = ({ buffer, byteOffset, byteLength }: ArrayBufferView): number => {
    const at = end;
    pieces.push({ at, bytes: new Uint8Array(buffer, byteOffset, byteLength) });
    end = aligned(at + byteLength);
    return at;
  };
  const described = columns.map(({ name, type, values, dictionary, validity }) => {
    if (values.length !== rows || values.BYTES_PER_ELEMENT !== widths[type])
      throw new RangeError(`the column "${name}" is not ${rows} values of ${type}`);
    if (validity && validity.length !== Math.ceil(rows / 8))
      throw new RangeError(`the validity of "${name}" has not one bit a row`);
    return { name, type, at: place(values), dictionary, validity: validity && place(validity) };
  });
  const header = new TextEncoder().encode(JSON.stringify({ rows, columns: described }));
  const start = aligned(preludeBytes + header.length);
  const body = new Uint8Array(start + end);
  const prelude = new DataView(body.buffer);
  [magic, version, header.length].forEach((word, index) => prelude.setUint32(4 * index, word, true));
  body.set(header, preludeBytes);
  for (const { at, bytes } of pieces) body.set(bytes, start + at);
  return body;
}

/** Rows as the core holds them, ready to be written. */
export function binaryColumnsOf({ timesMs, columns }: Columns): BinaryColumn[] {
  const times: BinaryColumn[] = timesMs ? [{ name: "timestamp", type: "timestamp", values: timesMs }] : [];
  const rest = Array.from(columns, ([name, column]): BinaryColumn =>
    column.kind === "numeric"
      ? { name, type: "f64", values: column.values }
      : { name, type: "category", values: column.codes, dictionary: column.dictionary },
  );
  return [...times, ...rest];
}

/** The body's columns, the one named `timestamp` as times. They stay views of `bytes` where they can. */
export function readBinaryColumns(bytes: Uint8Array): Columns {
  const body = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  const { header, data } = readHeader(body);
  const { rows, columns } = header;
  checkPlaces(rows, columns, data.length);
  const read = new Map<string, Column>();
  for (const column of columns) {
    if (read.has(column.name)) throw malformed(`The column "${column.name}" stands twice.`);
    read.set(column.name, readColumn(column, rows, data));
  }
  return timed(rows, read);
}

function readHeader(body: Uint8Array): { header: Header; data: Uint8Array } {
  if (body.length < preludeBytes) throw malformed("The body is shorter than its first 16 bytes.");
  const prelude = new DataView(body.buffer, body.byteOffset, preludeBytes);
  const [first, given, length, zero] = [0, 4, 8, 12].map((at) => prelude.getUint32(at, true));
  if (first !== magic) throw malformed('The body does not begin with "MDTC".');
  if (given !== version || zero !== 0) throw malformed(`Only version ${version} is known, not ${given}.`);
  if (preludeBytes + length > body.length)
    throw malformed(`The header of ${length} bytes is longer than the body.`);
  const header = parseHeader(body.subarray(preludeBytes, preludeBytes + length));
  const wrong = wrongPart(header);
  if (wrong !== null) throw malformed(`The header's ${wrong} is not right.`);
  const start = Math.min(body.length, aligned(preludeBytes + length));
  return { header: header as Header, data: body.subarray(start) };
}

function parseHeader(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw malformed("The header is not JSON in UTF-8.");
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isPlace = (value: unknown): boolean => isCount(value) && (value as number) % 8 === 0;
const isText = (value: unknown): boolean => typeof value === "string";

/** The first part that is not as described; by hand, since a schema would take longer than all the rest. */
function wrongPart(header: unknown): string | null {
  if (!isObject(header)) return "shape";
  if (!isCount(header.rows)) return "rows";
  if (!Array.isArray(header.columns)) return "columns";
  for (const [index, column] of header.columns.entries()) {
    const part = isObject(column) ? wrongOfColumn(column) : "shape";
    if (part !== null) return `columns.${index}.${part}`;
  }
  return null;
}

function wrongOfColumn({ name, type, at, dictionary, validity }: Record<string, unknown>): string | null {
  if (!isText(name) || name === "") return "name";
  if (!binaryColumnTypes.includes(type as BinaryColumnType)) return "type";
  if (!isPlace(at)) return "at";
  if (dictionary !== undefined && !(Array.isArray(dictionary) && dictionary.every(isText)))
    return "dictionary";
  return validity === undefined || isPlace(validity) ? null : "validity";
}

/** Every column lies within the data and none on another: what is counted twice would look like a coincidence. */
function checkPlaces(rows: number, columns: readonly HeaderColumn[], length: number): void {
  if (columns.length === 0 && rows > 0) throw malformed(`The header says ${rows} rows, but has no column.`);
  const extents = columns.flatMap(({ name, type, at, validity }) => {
    const values = { name, from: at, to: at + rows * widths[type] };
    return validity === undefined
      ? [values]
      : [values, { name, from: validity, to: validity + Math.ceil(rows / 8) }];
  });
  let last = 0;
  for (const { name, from, to } of extents.sort((a, b) => a.from - b.from || a.to - b.to)) {
    if (to > length) throw malformed(`The column "${name}" ends at ${to} of ${length} bytes of data.`);
    if (from < last && to > from) throw malformed(`The column "${name}" overlaps another.`);
    last = Math.max(last, to);
  }
}

function readColumn({ name, type, at, dictionary, validity }: HeaderColumn, rows: number, data: Uint8Array) {
  const { buffer } = data;
  const from = data.byteOffset + at;
  const bits = validity === undefined ? null : data.subarray(validity, validity + Math.ceil(rows / 8));
  switch (type) {
    case "f64":
    case "timestamp":
      return withoutInvalid({ kind: "numeric", values: new Float64Array(buffer, from, rows) }, bits, true);
    case "f32":
      return withoutInvalid(numeric(new Float32Array(buffer, from, rows)), bits, false);
    case "i32":
      return withoutInvalid(numeric(new Int32Array(buffer, from, rows)), bits, false);
    case "bool":
      return withoutInvalid(checkedBooleans(name, new Uint8Array(buffer, from, rows)), bits, false);
    case "category": {
      const codes = new Int32Array(buffer, from, rows);
      return withoutInvalid(checkedCodes(name, codes, dictionary ?? []), bits, true);
    }
  }
}

const numeric = (values: Float32Array | Int32Array): Column => ({
  kind: "numeric",
  values: new Float64Array(values),
});
