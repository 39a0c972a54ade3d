import { ByteReader, ByteWriter } from "./bytes.ts";

/** A file of a batch's rows: where it was put, and what it holds. */
export interface BatchFile {
  /** Stretch of wall time in which it was put; part of where it lies. */
  bucket: number;
  /** 48 hex digits: of the batch's id, and of the file's bytes. */
  name: string;
  /** Of the rows of these hours. */
  bytes: number;
  /** Rows by the hour of their event time. */
  hours: HourRows[];
}

export interface HourRows {
  hourMs: number;
  rows: number;
}

/** What the archive is told of a batch that was taken: where its rows are, or which hours its labels are about. */
export type ArchiveRecord = ({ kind: "rows" } & BatchFile) | { kind: "labels"; hours: number[] };

const recordKinds = { rows: 0, labels: 1 } as const;
const nameBytes = 24;

export function writeArchiveRecord(record: ArchiveRecord): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("archiveRecord", 64);
  writer.u8(recordKinds[record.kind]);
  if (record.kind === "rows") writeBatchFile(writer, record);
  else {
    writer.varint(record.hours.length);
    for (const hourMs of record.hours) writer.timeMs(hourMs);
  }
  return writer.finish();
}

export function readArchiveRecord(bytes: Uint8Array): ArchiveRecord {
  const reader = new ByteReader(bytes, "archiveRecord");
  const kind = reader.u8();
  if (kind > 1) throw reader.refuse(`is of the unknown kind ${kind}`);
  const record: ArchiveRecord =
    kind === recordKinds.rows
      ? { kind: "rows", ...readBatchFile(reader) }
      : { kind: "labels", hours: Array.from({ length: reader.count(1) }, () => reader.timeMs()) };
  reader.end();
  return record;
}

/** A batch file of which hours are not compacted yet, and up to which erasure it has been searched. */
export interface PendingFile extends BatchFile {
  searched: number;
}

export function writePendingFiles(files: readonly PendingFile[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("pendingFiles", 16 + files.length * 48);
  writer.varint(files.length);
  for (const file of files) {
    writeBatchFile(writer, file);
    writer.varint(file.searched);
  }
  return writer.finish();
}

export function readPendingFiles(bytes: Uint8Array): PendingFile[] {
  const reader = new ByteReader(bytes, "pendingFiles");
  const files = Array.from({ length: reader.count(nameBytes + 4) }, () => ({
    ...readBatchFile(reader),
    searched: reader.varint(),
  }));
  reader.end();
  return files;
}

function writeBatchFile(writer: ByteWriter, { bucket, name, bytes, hours }: BatchFile): void {
  if (!/^[0-9a-f]{48}$/.test(name)) throw new RangeError("a batch file's name has 48 hex digits");
  writer.varint(bucket);
  for (let digit = 0; digit < name.length; digit += 2)
    writer.u8(Number.parseInt(name.slice(digit, digit + 2), 16));
  writer.varint(bytes);
  writer.varint(hours.length);
  for (const { hourMs, rows } of hours) {
    writer.timeMs(hourMs);
    writer.varint(rows);
  }
}

function readBatchFile(reader: ByteReader): BatchFile {
  const bucket = reader.varint();
  const name = Array.from(reader.raw(nameBytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytes = reader.varint();
  const hours = Array.from({ length: reader.count(2) }, () => ({
    hourMs: reader.timeMs(),
    rows: reader.varint(),
  }));
  return { bucket, name, bytes, hours };
}
