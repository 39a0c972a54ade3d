import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * What one batch adds to one pane. `counts` and `log` stay encoded until they are merged, so that the object holds
 * many batches in little memory.
 */
export interface DeltaPart {
  paneStartMs: number;
  /** Whose cells the counts are in. */
  referenceId: string;
  rows: number;
  /** By writeCounts. */
  counts: Uint8Array;
  /** Id, score and predicted class of the rows that labels can join, by writeLog. */
  log: Uint8Array;
}

export function writeDelta(parts: readonly DeltaPart[]): Uint8Array<ArrayBuffer> {
  const references = [...new Set(parts.map((part) => part.referenceId))];
  const writer = new ByteWriter(
    "delta",
    parts.reduce((sum, part) => sum + part.counts.length + part.log.length + 64, 64),
  );
  writer.varint(references.length);
  for (const reference of references) writer.text(reference);
  writer.varint(parts.length);
  for (const part of parts) {
    writer.timeMs(part.paneStartMs);
    writer.varint(references.indexOf(part.referenceId));
    writer.varint(part.rows);
    writer.block(part.counts);
    writer.block(part.log);
  }
  return writer.finish();
}

export function readDelta(bytes: Uint8Array): DeltaPart[] {
  const reader = new ByteReader(bytes, "delta");
  const references = Array.from({ length: reader.count(1) }, () => reader.text());
  const parts = Array.from({ length: reader.count(5) }, () => {
    const paneStartMs = reader.timeMs();
    const referenceId = references[reader.varint()];
    if (referenceId === undefined) throw reader.refuse("names a reference that it does not list");
    return { paneStartMs, referenceId, rows: reader.varint(), counts: reader.block(), log: reader.block() };
  });
  reader.end();
  return parts;
}
