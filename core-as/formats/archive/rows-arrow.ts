/**
 * Archived rows as Arrow IPC, by flechette: a batch as one stream that is written before it is counted, and long stretches as a
 * stream whose record batches follow one by one. Texts of a batch are dictionaries; in a long stream they are plain, because
 * not every reader takes dictionaries that change on the way.
 */
import {
  batchType,
  bool,
  Column as ArrowColumn,
  type DataType,
  dictionary,
  float64,
  int32,
  tableFromColumns,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from "@uwdata/flechette";
import { type ArchiveColumn } from "../../domain/archive.ts";
import type { CategoricalColumn, Column, Columns } from "../../domain/columns.ts";
import { readArrow } from "../arrow.ts";
import { completed, usedTexts } from "./archived-rows.ts";

/** A whole batch in one stream. The same rows always give the same bytes. */
export function rowsToArrow(schema: readonly ArchiveColumn[], rows: Columns): Uint8Array<ArrayBuffer> {
  return encoded(schema, rows, true);
}

/** Reads what `rowsToArrow` wrote; columns that were declared later have no value. */
export function rowsFromArrow(schema: readonly ArchiveColumn[], bytes: Uint8Array): Columns {
  const { rows, timesMs, columns } = readArrow(bytes);
  return { rows, timesMs, columns: completed(schema, columns, rows) };
}

/** A stream of record batches: first `head`, then `batch` of each lot of rows, last `end`. */
export function arrowStream(schema: readonly ArchiveColumn[]): {
  head: Uint8Array<ArrayBuffer>;
  batch(rows: Columns): Uint8Array<ArrayBuffer>;
  end: Uint8Array<ArrayBuffer>;
} {
  const none = { rows: 0, timesMs: new Float64Array(0), columns: new Map<string, Column>() };
  const empty = encoded(schema, { ...none, columns: completed(schema, none.columns, 0) }, false);
  const headBytes = messageBytes(empty);
  return {
    head: empty.slice(0, headBytes),
    // A stream of its own, without its schema and its end.
    batch: (rows) => encoded(schema, rows, false).slice(headBytes, -endBytes),
    end: empty.slice(-endBytes),
  };
}

/** A marker and a length of 0. */
const endBytes = 8;

/** Of the first message, a schema: marker, length and metadata, which has no body. */
const messageBytes = (stream: Uint8Array): number =>
  8 + new DataView(stream.buffer, stream.byteOffset).getInt32(4, true);

function encoded(schema: readonly ArchiveColumn[], rows: Columns, coded: boolean): Uint8Array<ArrayBuffer> {
  const columns = schema.map(({ name, type }): [string, ArrowColumn<unknown>] => {
    const column = rows.columns.get(name);
    if (name === "timestamp") return [name, times(rows.timesMs ?? new Float64Array(rows.rows))];
    if (column === undefined) throw new RangeError(`the rows have no column "${name}"`);
    if (column.kind === "numeric")
      return [name, type === "time" ? times(column.values) : numbers(column.values)];
    if (type === "flag") return [name, flags(column)];
    return [name, coded ? categories(usedTexts(column)) : texts(column)];
  });
  const bytes = tableToIPC(tableFromColumns(columns), { format: "stream" });
  if (bytes === null) throw new Error("rows could not be written as Arrow");
  return new Uint8Array(bytes);
}

interface Buffers {
  validity: Uint8Array;
  nullCount: number;
  values: ArrayBufferView;
  offsets?: Int32Array;
}

function columnOf(type: DataType, length: number, buffers: Buffers): ArrowColumn<unknown> {
  return new ArrowColumn([new (batchType(type))({ type, length, ...buffers })]);
}

/** Bit by bit, lowest first; empty where every row has a value. */
function validityOf(
  length: number,
  missing: (row: number) => boolean,
): Pick<Buffers, "validity" | "nullCount"> {
  const bits = new Uint8Array(Math.ceil(length / 8));
  let nullCount = 0;
  for (let row = 0; row < length; row++)
    if (missing(row)) nullCount++;
    else bits[row >> 3] |= 1 << (row & 7);
  return { validity: nullCount === 0 ? new Uint8Array(0) : bits, nullCount };
}

function numbers(values: Float64Array): ArrowColumn<unknown> {
  const { length } = values;
  return columnOf(float64(), length, { ...validityOf(length, (row) => Number.isNaN(values[row])), values });
}

/** To the millisecond. */
function times(values: Float64Array): ArrowColumn<unknown> {
  const { length } = values;
  const whole = BigInt64Array.from(values, (time) => (Number.isNaN(time) ? 0n : BigInt(Math.floor(time))));
  const valid = validityOf(length, (row) => Number.isNaN(values[row]));
  return columnOf(timestamp(TimeUnit.MILLISECOND), length, { ...valid, values: whole });
}

function flags({ codes, dictionary: words }: CategoricalColumn): ArrowColumn<unknown> {
  const truth = words.indexOf("true");
  const bits = new Uint8Array(Math.ceil(codes.length / 8));
  for (let row = 0; row < codes.length; row++)
    if (codes[row] === truth && truth >= 0) bits[row >> 3] |= 1 << (row & 7);
  return columnOf(bool(), codes.length, {
    ...validityOf(codes.length, (row) => codes[row] < 0),
    values: bits,
  });
}

const encoder = new TextEncoder();

function texts(
  { codes, dictionary: words }: CategoricalColumn,
  type: DataType = utf8(),
): ArrowColumn<unknown> {
  const bytes = words.map((word) => encoder.encode(word));
  const offsets = new Int32Array(codes.length + 1);
  for (let row = 0; row < codes.length; row++)
    offsets[row + 1] = offsets[row] + (codes[row] < 0 ? 0 : bytes[codes[row]].length);
  const values = new Uint8Array(offsets[codes.length]);
  for (let row = 0; row < codes.length; row++)
    if (codes[row] >= 0) values.set(bytes[codes[row]], offsets[row]);
  return columnOf(type, codes.length, {
    ...validityOf(codes.length, (row) => codes[row] < 0),
    values,
    offsets,
  });
}

function categories({ codes, dictionary: words }: CategoricalColumn): ArrowColumn<unknown> {
  // One type for both: the encoder finds the dictionary by it.
  const ofWords = utf8();
  const type = dictionary(ofWords, int32());
  const { length } = codes;
  const all = { kind: "categorical" as const, codes: Int32Array.from(words.keys()), dictionary: words };
  const values = codes.map((code) => Math.max(code, 0));
  const valid = validityOf(length, (row) => codes[row] < 0);
  const batch = new (batchType(type))({ type, length, ...valid, values });
  return new ArrowColumn([batch.setDictionary(texts(all, ofWords))]);
}
