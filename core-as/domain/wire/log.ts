import { emptyLog, type IdLog } from "../id-log.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

const entryBytes = 4 + 4 + 8 + 1;

/** A log's four columns one after the other. Every platform of ours is little-endian, so columns are copied whole. */
export function writeLog(log: IdLog): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("log", 16 + log.hi.length * entryBytes);
  writer.varint(log.hi.length);
  for (const column of [log.hi, log.lo, log.values, log.flags])
    writer.raw(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return writer.finish();
}

export function readLog(bytes: Uint8Array): IdLog {
  const reader = new ByteReader(bytes, "log");
  const length = reader.count(entryBytes);
  if (length === 0) {
    reader.end();
    return emptyLog;
  }
  // slice() aligns: a column may start on any byte.
  const log: IdLog = {
    hi: new Uint32Array(reader.raw(4 * length).slice().buffer),
    lo: new Uint32Array(reader.raw(4 * length).slice().buffer),
    values: new Float64Array(reader.raw(8 * length).slice().buffer),
    flags: reader.raw(length).slice(),
  };
  reader.end();
  for (let index = 1; index < length; index++) {
    const ascends =
      log.hi[index - 1] < log.hi[index] ||
      (log.hi[index - 1] === log.hi[index] && log.lo[index - 1] < log.lo[index]);
    if (!ascends) throw reader.refuse(`is not sorted at entry ${index}`);
  }
  return log;
}
