import { type PendingFile, readPendingFiles, writePendingFiles } from "#core/domain/wire.ts";

/** Batch files that count and are not compacted yet, in lots as they were heard of. */
export interface PendingLot {
  sequence: number;
  files: PendingFile[];
}

/** A lot is one row, small enough to be written again when some of its files are compacted. */
const lotFiles = 512;
const lotBytes = 256 * 1024;

/** At most: a batch may have rows of as many hours as it has rows. */
const bytesOf = ({ hours }: PendingFile): number => 56 + 12 * hours.length;

export function addPending(sql: SqlStorage, files: readonly PendingFile[]): void {
  let [from, bytes] = [0, 0];
  files.forEach((file, at) => {
    bytes += bytesOf(file);
    const next = files.at(at + 1);
    if (next !== undefined && at + 1 - from < lotFiles && bytes + bytesOf(next) <= lotBytes) return;
    const lot = contentOf(files.slice(from, at + 1));
    sql.exec("insert into pending (from_ms, to_ms, files) values (?, ?, ?)", ...lot);
    [from, bytes] = [at + 1, 0];
  });
}

function contentOf(files: readonly PendingFile[]): [number, number, Uint8Array] {
  let [fromMs, toMs] = [Infinity, -Infinity];
  for (const { hours } of files)
    for (const { hourMs } of hours) [fromMs, toMs] = [Math.min(fromMs, hourMs), Math.max(toMs, hourMs)];
  return [fromMs, toMs, writePendingFiles(files)];
}

/** Which lots are looked at: those of some hours, those that were there at some time; left out: all. */
export interface LotFilter {
  /** Hours from here to before there. */
  fromMs?: number;
  toMs?: number;
  /** Lots in this stretch, both ends included. */
  fromSequence?: number;
  throughSequence?: number;
}

/** Lot by lot, oldest first: all of them may be more than memory should hold. */
export function* pendingLots(
  sql: SqlStorage,
  {
    fromMs = Number.MIN_SAFE_INTEGER,
    toMs = Number.MAX_SAFE_INTEGER,
    fromSequence = 0,
    throughSequence = Number.MAX_SAFE_INTEGER,
  }: LotFilter = {},
): Generator<PendingLot> {
  let after = fromSequence - 1;
  for (;;) {
    const [row] = sql
      .exec<{ sequence: number; files: ArrayBuffer }>(
        `select sequence, files from pending
         where sequence > ? and sequence <= ? and to_ms >= ? and from_ms < ? order by sequence limit 1`,
        ...[after, throughSequence, fromMs, toMs],
      )
      .toArray();
    if (row === undefined) return;
    after = row.sequence;
    yield { sequence: row.sequence, files: readPendingFiles(new Uint8Array(row.files)) };
  }
}

export function lastPending(sql: SqlStorage): number {
  return sql.exec<{ last: number | null }>("select max(sequence) as last from pending").one().last ?? 0;
}

/**
 * Lets every file be what `change` makes of it: itself, another with rows of the same batch, or null where nothing of it is left.
 * @returns the files that are no longer named
 */
export function changePending(
  sql: SqlStorage,
  filter: LotFilter,
  change: (file: PendingFile) => PendingFile | null,
): PendingFile[] {
  const gone: PendingFile[] = [];
  for (const { sequence, files } of pendingLots(sql, filter)) {
    const kept: PendingFile[] = [];
    let changed = false;
    for (const file of files) {
      const now = change(file);
      changed ||= now !== file;
      if (now !== null) kept.push(now);
      if (now === null || now.name !== file.name || now.bucket !== file.bucket) gone.push(file);
    }
    if (!changed) continue;
    if (kept.length === 0) sql.exec("delete from pending where sequence = ?", sequence);
    else
      sql.exec(
        "update pending set from_ms = ?, to_ms = ?, files = ? where sequence = ?",
        ...contentOf(kept),
        sequence,
      );
  }
  return gone;
}

/** The same file without some of its hours, and without their share of its bytes; null where none is left. */
export function withoutHours(file: PendingFile, isGone: (hourMs: number) => boolean): PendingFile | null {
  const hours = file.hours.filter(({ hourMs }) => !isGone(hourMs));
  if (hours.length === file.hours.length) return file;
  if (hours.length === 0) return null;
  const gone = file.hours.filter(({ hourMs }) => isGone(hourMs));
  const bytes = gone.reduce((left, { hourMs }) => left - shareOfBytes(file, hourMs), file.bytes);
  return { ...file, hours, bytes: Math.max(bytes, 0) };
}

/** The bytes of a file that are of one hour, as far as rows are alike. */
export function shareOfBytes({ bytes, hours }: Pick<PendingFile, "bytes" | "hours">, hourMs: number): number {
  const rows = hours.reduce((sum, hour) => sum + hour.rows, 0);
  return Math.round((bytes * rowsOf({ hours }, hourMs)) / Math.max(rows, 1));
}

export const rowsOf = ({ hours }: Pick<PendingFile, "hours">, hourMs: number): number =>
  hours.find((hour) => hour.hourMs === hourMs)?.rows ?? 0;
