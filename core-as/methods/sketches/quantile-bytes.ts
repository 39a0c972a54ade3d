/**
 * A quantile sketch as bytes: header (magic, version, kind), precision, missing, minus and plus infinity, then the cells in
 * use as gaps between keys with their counts, then a checksum. All numbers are varints. About two bytes a cell; equal
 * sketches have equal bytes.
 *
 * Reading takes what writing gives and nothing else: keys that do not ascend, cells without a count, keys past the largest
 * double, bytes left over and damage of any kind are refused with a sentence (WireError).
 */
import { ByteWriter } from "../../domain/wire/bytes.ts";
import { largestPrecision, lastKey } from "./float-bits.ts";
import { checkPrecision, rowCount, type QuantileSketch } from "./quantile-sketch.ts";
import { opened, sealed } from "./sealed-bytes.ts";

export function writeSketch(sketch: QuantileSketch): Uint8Array<ArrayBuffer> {
  const { p, keys, counts } = sketch;
  checkPrecision(p);
  const writer = new ByteWriter("sketch", 32 + 3 * keys.length);
  writer.u8(p);
  writer.varint(sketch.missing);
  writer.varint(sketch.negInf);
  writer.varint(sketch.posInf);
  writer.varint(keys.length);
  let next = -lastKey(p);
  keys.forEach((key, i) => {
    writer.varint(key - next);
    writer.varint(counts[i]);
    next = key + 1;
  });
  return sealed(writer);
}

export function readSketch(bytes: Uint8Array): QuantileSketch {
  const reader = opened(bytes, "sketch");
  const p = reader.u8();
  if (p > largestPrecision)
    throw reader.refuse(`has ${p} bits of precision, and ${largestPrecision} is most`);
  const [missing, negInf, posInf] = [reader.varint(), reader.varint(), reader.varint()];
  const length = reader.count(2);
  const [keys, counts] = [new Float64Array(length), new Float64Array(length)];
  let next = -lastKey(p);
  for (let i = 0; i < length; i++) {
    keys[i] = next + reader.varint();
    if (keys[i] > lastKey(p)) throw reader.refuse(`has a cell past the largest number (${keys[i]})`);
    counts[i] = reader.varint();
    if (counts[i] === 0) throw reader.refuse("stores a zero");
    next = keys[i] + 1;
  }
  reader.end();
  const sketch = { p, keys, counts, missing, negInf, posInf };
  if (!Number.isSafeInteger(rowCount(sketch))) throw reader.refuse("counts more than 2^53 rows");
  return sketch;
}
