import { ByteReader, ByteWriter } from "./bytes.ts";

/** In place of a reference's id where none is in force: then rows are sketched. */
export const noReference = "";

/**
 * What one batch adds to one pane. `counts` and `log` stay encoded until they are merged, so that the object holds
 * many batches in little memory.
 */
export interface DeltaPart {
  paneStartMs: number;
  /** Whose cells the counts are in, or `noReference`. */
  referenceId: string;
  /** "" for all rows, else the key of a segment (segments.ts), whose rows are in a part of "" too. */
  segment: string;
  rows: number;
  /** By writeCounts; by writeSketches where no reference is in force. */
  counts: Uint8Array;
  /** Ids and answers of the rows that labels can join, by writeLog; of all rows only. */
  log: Uint8Array;
  /** PaneQuality as JSON, of all rows only; "" where there is nothing to tell. */
  quality: string;
}

export function writeDelta(parts: readonly DeltaPart[]): Uint8Array<ArrayBuffer> {
  const references = [...new Set(parts.map((part) => part.referenceId))];
  const segments = [...new Set(parts.map((part) => part.segment))];
  const writer = new ByteWriter(
    "delta",
    parts.reduce((sum, part) => sum + part.counts.length + part.log.length + 64, 64),
  );
  writer.varint(references.length);
  for (const reference of references) writer.text(reference);
  writer.varint(segments.length);
  for (const segment of segments) writer.text(segment);
  writer.varint(parts.length);
  for (const part of parts) {
    writer.timeMs(part.paneStartMs);
    writer.varint(references.indexOf(part.referenceId));
    writer.varint(segments.indexOf(part.segment));
    writer.varint(part.rows);
    writer.block(part.counts);
    writer.block(part.log);
    writer.text(part.quality);
  }
  return writer.finish();
}

export function readDelta(bytes: Uint8Array): DeltaPart[] {
  const reader = new ByteReader(bytes, "delta");
  const references = Array.from({ length: reader.count(1) }, () => reader.text());
  const segments = Array.from({ length: reader.count(1) }, () => reader.text());
  const parts = Array.from({ length: reader.count(7) }, () => {
    const paneStartMs = reader.timeMs();
    const referenceId = references[reader.varint()];
    const segment = segments[reader.varint()];
    if (referenceId === undefined || segment === undefined)
      throw reader.refuse("names a reference or segment that it does not list");
    const [rows, counts, log, quality] = [reader.varint(), reader.block(), reader.block(), reader.text()];
    return { paneStartMs, referenceId, segment, rows, counts, log, quality };
  });
  reader.end();
  return parts;
}
