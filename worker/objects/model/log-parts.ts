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
      yield* mergeParts(gathered, resolve, mostBytes);
      [gathered, bytes] = [[], 0];
    }
    gathered.push(entries);
    bytes += entries.byteLength;
  }
  yield* mergeParts(gathered, resolve, mostBytes);
}

function* mergeParts(gathered: readonly Uint8Array[], resolve: Resolve, mostBytes: number) {
  yield* cutParts(
    mergeLogs(
      gathered.map((entries) => readLog(entries)),
      resolve,
    ),
    mostBytes,
  );
}

/** In the order of its ids, as few as hold it. Merged logs may lie less densely than each of them did, and not everywhere the same. */
export function* cutParts(log: IdLog, mostBytes = partBytes): Generator<PackedPart, void, void> {
  const { length } = log.hi;
  if (length === 0) return;
  const entries = writeLog(log);
  if (entries.byteLength <= mostBytes || length === 1) {
    yield { log, entries };
    return;
  }
  const size = Math.ceil(length / Math.ceil(entries.byteLength / mostBytes));
  for (let from = 0; from < length; from += size)
    yield* cutParts(sliceLog(log, from, Math.min(from + size, length)), mostBytes);
}
