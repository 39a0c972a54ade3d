/**
 * A summary of heavy hitters as bytes: header, counters, rows, slack, then categories in the order of their code units,
 * each a length, UTF-8 and a count, then a checksum. Equal summaries have equal bytes; what breaks a promise of
 * heavy-hitters.ts is refused with a sentence (WireError).
 */
import { ByteWriter } from "../../domain/wire/bytes.ts";
import type { HeavyHitters } from "./heavy-hitters.ts";
import { opened, sealed } from "./sealed-bytes.ts";

export function writeHitters({ k, rows, slack, counts }: HeavyHitters): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter("hitters");
  writer.varint(k);
  writer.varint(rows);
  writer.varint(slack);
  writer.varint(counts.size);
  for (const [category, count] of counts) {
    writer.text(category);
    writer.varint(count);
  }
  return sealed(writer);
}

export function readHitters(bytes: Uint8Array): HeavyHitters {
  const reader = opened(bytes, "hitters");
  const [k, rows, slack] = [reader.varint(), reader.varint(), reader.varint()];
  if (k === 0) throw reader.refuse("has no counters");
  const listed = reader.count(2);
  if (listed > k) throw reader.refuse(`lists ${listed} categories in ${k} counters`);
  const counts = new Map<string, number>();
  let before = "";
  let sum = 0;
  for (let entry = 0; entry < listed; entry++) {
    const category = reader.text();
    if (entry > 0 && category <= before) throw reader.refuse("lists its categories out of order");
    before = category;
    const count = reader.varint();
    if (count === 0) throw reader.refuse("stores a zero");
    counts.set(category, count);
    sum += count;
  }
  reader.end();
  // The guarantee: giving up `slack` has cost that much in each of k + 1 counters at least.
  if (slack > (rows - sum) / (k + 1)) throw reader.refuse(`counts ${sum} of ${rows} rows, which cannot be`);
  return { k, rows, slack, counts };
}
