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
  // A column has at least one byte an entry: no more are read than the buffer holds.
  if (width * length > reader.left) throw reader.refuse(`promises ${width} numbers an entry`);
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
  const { length } = column;
  const { areBytes, least } = kindOf(column);
  if (areBytes) {
    const bytes = new Uint8Array(length);
    for (let entry = 0; entry < length; entry++) bytes[entry] = column[entry];
    writer.u8(columnForms.bytes);
    writer.raw(bytes);
  } else if (least !== null) {
    const above = new Uint32Array(length);
    for (let entry = 0; entry < length; entry++) above[entry] = column[entry] - least;
    writer.u8(columnForms.wholes);
    writer.raw(bytesOf(Float64Array.of(least)));
    writer.raw(bytesOf(above));
  } else {
    writer.u8(columnForms.doubles);
    writer.raw(bytesOf(column));
  }
}

/** Whether all are bytes, and the least of them where nothing is lost, and something gained, by what is above it. */
function kindOf(column: Float64Array): { areBytes: boolean; least: number | null } {
  let [least, most] = [Infinity, -Infinity];
  for (const value of column) {
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { areBytes: false, least: null };
    if (value < least) least = value;
    if (value > most) most = value;
  }
  const gains = column.length >= 3 && most - least <= 0xffffffff;
  return { areBytes: least >= 0 && most <= 0xff, least: gains ? least : null };
}

function readColumn(reader: ByteReader, { values, width, hi: { length } }: IdLog, at: number): void {
  const form = reader.u8();
  if (form === columnForms.bytes) {
    const bytes = reader.raw(length);
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = bytes[entry];
  } else if (form === columnForms.wholes) {
    const [least] = new Float64Array(reader.raw(8).slice().buffer);
    if (!Number.isSafeInteger(least))
      throw reader.refuse("has a column of wholes that does not begin with one");
    const above = new Uint32Array(reader.raw(4 * length).slice().buffer);
    for (let entry = 0; entry < length; entry++) values[entry * width + at] = least + above[entry];
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

const bytesOf = (column: Uint32Array | Float64Array): Uint8Array =>
  new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
