import { ByteReader, ByteWriter } from "./bytes.ts";
import { readCounts, writeCounts } from "./counts.ts";

/** One of the earlier windows that a check was compared with. */
export interface CountedChunk {
  startMs: number;
  rows: number;
  /** In the cells of the check's reference. */
  counts: Float64Array;
}

export function writeCompared(chunks: readonly CountedChunk[]): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("compared");
  writer.varint(chunks.length);
  for (const { startMs, rows, counts } of chunks) {
    writer.timeMs(startMs);
    writer.varint(rows);
    writer.block(writeCounts(counts));
  }
  return writer.finish();
}

/** @param slots of each window's vector of counts */
export function readCompared(bytes: Uint8Array, slots: number): CountedChunk[] {
  const reader = new ByteReader(bytes, "compared");
  const chunks = Array.from({ length: reader.count(3) }, () => ({
    startMs: reader.timeMs(),
    rows: reader.varint(),
    counts: readCounts(reader.block(), slots),
  }));
  reader.end();
  return chunks;
}
