import { type IdLog, mergeLogs, type Resolve, sliceLog } from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import { readLog, writeLog } from "#core/domain/wire.ts";

/**
 * How a log lies in rows: in parts, each sorted by itself, so that what arrives need not be sorted in among all that is there.
 * Only the newest part is written again, as long as it has room; one that is full stays as it is. Whoever needs the whole merges
 * the parts, in any order.
 */
export const partBytes = limits.storedRowBytes - 1024; // beside a row's other columns

/** A part as it is stored. */
export interface PackedPart {
  log: IdLog;
  /** By writeLog. */
  entries: Uint8Array<ArrayBuffer>;
}

/** Whether what arrives goes into the newest part, which is written again then. */
export const hasRoom = (
  newestBytes: number,
  arrived: readonly Uint8Array[],
  mostBytes = partBytes,
): boolean => newestBytes + (arrived.at(0)?.byteLength ?? 0) <= mostBytes;

/** What arrives, in parts as full as may be: no more of it is unpacked at a time than one of them holds. */
export function* fillParts(
  arrived: Iterable<Uint8Array>,
  resolve: Resolve,
  mostBytes = partBytes,
): Generator<PackedPart, void, void> {
  let gathered: Uint8Array[] = [];
  let bytes = 0;
  for (const entries of arrived) {
    if (gathered.length > 0 && bytes + entries.byteLength > mostBytes) {
      const parts = Array.from(cutParts(mergePacked(gathered, resolve), mostBytes));
      // Merged they may lie less densely than each did: what is left over is the beginning of the next part.
      const left = parts.length > 1 ? parts.splice(-1) : [];
      yield* parts;
      gathered = left.map((part) => part.entries);
      bytes = left.reduce((sum, part) => sum + part.entries.byteLength, 0);
    }
    gathered.push(entries);
    bytes += entries.byteLength;
  }
  yield* cutParts(mergePacked(gathered, resolve), mostBytes);
}

const mergePacked = (logs: readonly Uint8Array[], resolve: Resolve): IdLog =>
  mergeLogs(
    logs.map((entries) => readLog(entries)),
    resolve,
  );

/** In the order of its ids, all but the last about as full as may be. */
export function* cutParts(log: IdLog, mostBytes = partBytes): Generator<PackedPart, void, void> {
  let [left, length] = [log, log.hi.length];
  while (left.hi.length > 0) {
    let part = pack(sliceLog(left, 0, Math.min(length, left.hi.length)));
    // Columns are shorter where their numbers are alike, so an even share may still be too much.
    while (part.entries.byteLength > mostBytes && part.log.hi.length > 1) {
      length = Math.max(1, Math.floor((part.log.hi.length * mostBytes) / part.entries.byteLength));
      part = pack(sliceLog(left, 0, length));
    }
    yield part;
    left = sliceLog(left, part.log.hi.length, left.hi.length);
  }
}

const pack = (log: IdLog): PackedPart => ({ log, entries: writeLog(log) });
