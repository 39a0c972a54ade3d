import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * A flat vector of counts (see reference-cells.ts) as gaps and counts of its non-zero slots. A pane of a few hundred
 * rows takes about two bytes a non-empty cell.
 */
export function writeCounts(counts: Float64Array): Uint8Array<ArrayBuffer> {
  let filled = 0;
  for (let slot = 0; slot < counts.length; slot++) if (counts[slot] !== 0) filled++;
  const writer = new ByteWriter("counts", 16 + filled * 3);
  writer.varint(counts.length);
  writer.varint(filled);
  let next = 0;
  for (let slot = 0; slot < counts.length; slot++) {
    if (counts[slot] === 0) continue;
    writer.varint(slot - next);
    writer.varint(counts[slot]);
    next = slot + 1;
  }
  return writer.finish();
}

/** Adds stored counts to a vector of the same layout, without an array in between. */
export function addCounts(bytes: Uint8Array, into: Float64Array): void {
  const reader = new ByteReader(bytes, "counts");
  const slots = reader.varint();
  if (slots !== into.length) throw reader.refuse(`has ${slots} slots where the layout has ${into.length}`);
  const filled = reader.count(2);
  let slot = -1;
  for (let entry = 0; entry < filled; entry++) {
    slot += reader.varint() + 1;
    if (slot >= slots) throw reader.refuse(`counts in slot ${slot} of ${slots}`);
    const count = reader.varint();
    if (count === 0) throw reader.refuse("stores a zero");
    into[slot] = into[slot] + count;
  }
  reader.end();
}

/** Slots of the vector that was stored. */
export const countsLength = (bytes: Uint8Array): number => new ByteReader(bytes, "counts").varint();

/** The dense vector; `slots` comes from the reference's layout, never from the buffer. */
export function readCounts(bytes: Uint8Array, slots: number): Float64Array {
  const counts = new Float64Array(slots);
  addCounts(bytes, counts);
  return counts;
}
