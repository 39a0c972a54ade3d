import { allocateLog, emptyLog, type IdLog } from "../id-log.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * How a column of numbers lies: one number where all are the same (times of a batch, sendings), bytes where all are whole and below
 * 256 (classes, segments), whole numbers as what they are above the least, in two or four bytes (times), doubles otherwise.
 */
const columnForms = { bytes: 0, doubles: 1, wholes: 2, shortWholes: 3, same: 4 } as const;

/** Numbers an entry: a class each of 64, and as many segments, are fewer. */
const mostNumbers = 256;

/** A log's ids and then its numbers, column by column. Every platform of ours is little-endian, so columns are copied whole. */
export function writeLog(log: IdLog): Uint8Array<ArrayBuffer> {
  const { length } = log.hi;
  const writer = new ByteWriter("log", 32 + length * (8 + 8 * log.width));
  writer.varint(length);
  if (length === 0) return writer.finish();
  writer.varint(log.width);
  for (const column of [log.hi, log.lo]) writer.raw(bytesOf(column));
  for (let at = 0; at < log.width; at++) writeColumn(writer, columnOf(log, at));
  return writer.finish();
}

/** Whether there is anything in it; reads no more than that. */
export function isEmptyLog(bytes: Uint8Array): boolean {
  return new ByteReader(bytes, "log").count(8) === 0;
}

export function readLog(bytes: Uint8Array): IdLog {
  const reader = new ByteReader(bytes, "log");
  const length = reader.count(8);
  if (length === 0) {
    reader.end();
    return emptyLog;
  }
  const width = reader.varint();
  // A column may be one number: only what no model has is not believed.
  if (width > mostNumbers) throw reader.refuse(`promises ${width} numbers an entry`);
  const log = allocateLog(length, width);
  // slice() aligns: a column may start on any byte.
  log.hi.set(new Uint32Array(reader.raw(4 * length).slice().buffer));
  log.lo.set(new Uint32Array(reader.raw(4 * length).slice().buffer));
  for (let at = 0; at < width; at++) readColumn(reader, log, at);
  reader.end();
  for (let index = 1; index < length; index++) {
    const ascends =
      log.hi[index - 1] < log.hi[index] ||
      (log.hi[index - 1] === log.hi[index] && log.lo[index - 1] < log.lo[index]);
    if (!ascends) throw reader.refuse(`is not sorted at entry ${index}`);
  }
  return log;
}

function writeColumn(writer: ByteWriter, column: Float64Array): void {
  const { form, least } = formOf(column);
  writer.u8(columnForms[form]);
  if (form === "same" || form === "wholes" || form === "shortWholes")
    writer.raw(bytesOf(Float64Array.of(least)));
  if (form === "same") return;
  if (form === "doubles") {
    writer.raw(bytesOf(column));
    return;
  }
  const above = new arrays[form](column.length);
  const from = form === "bytes" ? 0 : least;
  for (let entry = 0; entry < above.length; entry++) above[entry] = column[entry] - from;
  writer.raw(bytesOf(above));
}

/** Of numbers above the least; bytes are what they are. */
const arrays = { bytes: Uint8Array, shortWholes: Uint16Array, wholes: Uint32Array } as const;

/** The shortest form in which nothing is lost, and the least number, where there is one. */
function formOf(column: Float64Array): { form: keyof typeof columnForms; least: number } {
  const { length } = column;
  if (isSame(column)) return { form: length > 8 || !isByte(column[0]) ? "same" : "bytes", least: column[0] };
  let [least, most] = [Infinity, -Infinity];
  for (const value of column) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { form: "doubles", least: NaN };
    if (value < least) least = value;
    if (value > most) most = value;
  }
  if (least >= 0 && most <= 0xff) return { form: "bytes", least };
  if (length < 3 || most - least > 0xffffffff) return { form: "doubles", least };
  return { form: most - least <= 0xffff ? "shortWholes" : "wholes", least };
}

function isSame(column: Float64Array): boolean {
  for (const value of column) if (!Object.is(value, column[0])) return false;
  return true;
}

const isByte = (value: number): boolean =>
  Number.isInteger(value) && value <= 0xff && value >= 0 && !Object.is(value, -0);

function readColumn(reader: ByteReader, { values, width, hi: { length } }: IdLog, at: number): void {
  const form = reader.u8();
  if (form === columnForms.bytes) {
    const bytes = reader.raw(length);
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = bytes[entry];
  } else if (form === columnForms.wholes || form === columnForms.shortWholes) {
    const least = reader.f64();
    if (!Number.isSafeInteger(least))
      throw reader.refuse("has a column of wholes that does not begin with one");
    const isShort = form === columnForms.shortWholes;
    const { buffer } = reader.raw((isShort ? 2 : 4) * length).slice();
    const above = isShort ? new Uint16Array(buffer) : new Uint32Array(buffer);
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = least + above[entry];
  } else if (form === columnForms.same) {
    const same = reader.f64();
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = same;
  } else if (form === columnForms.doubles) {
    const doubles = new Float64Array(reader.raw(8 * length).slice().buffer);
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = doubles[entry];
  } else throw reader.refuse(`has a column of the unknown form ${form}`);
}

function columnOf({ values, width, hi }: IdLog, at: number): Float64Array {
  const column = new Float64Array(hi.length);
  for (let entry = 0; entry < hi.length; entry++) column[entry] = values[entry * width + at];
  return column;
}

const bytesOf = (column: Uint8Array | Uint16Array | Uint32Array | Float64Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
