import { allocateLog, emptyLog, type IdLog } from "../id-log.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * How a column of numbers lies: bytes where all are whole and below 256 (classes, segments), whole numbers as what they are
 * above the least where that is less than 2^32 (times), doubles otherwise.
 */
const columnForms = { bytes: 0, doubles: 1, wholes: 2 } as const;

/** A log's ids and then its numbers, column by column. Every platform of ours is little-endian, so columns are copied whole. */
export function writeLog(log: IdLog): Uint8Array<ArrayBuffer> {
  const { length } = log.hi;
  const writer = new ByteWriter("log", 32 + length * (8 + 8 * log.width));
  writer.varint(length);
  if (length === 0) return writer.finish();
  writer.varint(log.width);
  for (const column of [log.hi, log.lo]) writer.raw(bytesOf(column));
  for (let at = 0; at < log.width; at++) {
    writeColumn(writer, columnOf(log, at));
  }
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
  // A column has at least one byte an entry: no more are read than the buffer holds.
  if (width * length > reader.left) throw reader.refuse(`promises ${width} numbers an entry`);
  const log = allocateLog(length, width);
  // slice() aligns: a column may start on any byte.
  log.hi.set(new Uint32Array(reader.raw(4 * length).slice().buffer));
  log.lo.set(new Uint32Array(reader.raw(4 * length).slice().buffer));
  for (let at = 0; at < width; at++) {
    const column = readColumn(reader, length);
    for (let entry = 0; entry < length; entry++) log.values[entry * width + at] = column[entry];
  }
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
  const small = smallOf(column);
  const whole = small === null ? wholesOf(column) : null;
  writer.u8(small ? columnForms.bytes : whole ? columnForms.wholes : columnForms.doubles);
  if (whole) writer.raw(bytesOf(Float64Array.of(whole.least)));
  writer.raw(small ?? bytesOf(whole?.above ?? column));
}

function readColumn(reader: ByteReader, length: number): ArrayLike<number> {
  const form = reader.u8();
  if (form === columnForms.bytes) return reader.raw(length);
  if (form === columnForms.wholes) {
    const [least] = new Float64Array(reader.raw(8).slice().buffer);
    if (!Number.isSafeInteger(least))
      throw reader.refuse("has a column of wholes that does not begin with one");
    return Float64Array.from(
      new Uint32Array(reader.raw(4 * length).slice().buffer),
      (above) => least + above,
    );
  }
  if (form !== columnForms.doubles) throw reader.refuse(`has a column of the unknown form ${form}`);
  return new Float64Array(reader.raw(8 * length).slice().buffer);
}

function columnOf({ values, width, hi }: IdLog, at: number): Float64Array {
  const column = new Float64Array(hi.length);
  for (let entry = 0; entry < hi.length; entry++) column[entry] = values[entry * width + at];
  return column;
}

/** The column as bytes, where nothing is lost by it. */
function smallOf(column: Float64Array): Uint8Array | null {
  const small = Uint8Array.from(column);
  for (let entry = 0; entry < small.length; entry++) if (!Object.is(small[entry], column[entry])) return null;
  return small;
}

/** The column as what is above its least number, where nothing is lost by it and it is shorter. */
function wholesOf(column: Float64Array): { least: number; above: Uint32Array } | null {
  if (column.length < 3) return null;
  let [least, most] = [Infinity, -Infinity];
  for (const value of column) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return null;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  if (most - least > 0xffffffff) return null;
  return { least, above: Uint32Array.from(column, (value) => value - least) };
}

const bytesOf = (column: Uint32Array | Float64Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
