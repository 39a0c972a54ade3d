import type { CategorySketch } from "../../methods/sketches/category-sketch.ts";
import type { FeatureSketch } from "../../methods/sketches/feature-sketch.ts";
import { coarsestPrecision, finestPrecision, lastKey } from "../../methods/sketches/float-bits.ts";
import { emptyNumbers, type NumericSketch } from "../../methods/sketches/numeric-sketch.ts";
import { ByteReader, ByteWriter } from "./bytes.ts";

/**
 * What rows without a reference were counted in: one sketch a feature, in the order of the model's features, each in bytes of
 * its own, so that one can be read without the others. Equal sketches have equal bytes.
 */
export function writeSketches(sketches: readonly FeatureSketch[]): Uint8Array<ArrayBuffer> {
  const own = sketches.map(writeSketch);
  const writer = new ByteWriter(
    "sketches",
    own.reduce((sum, bytes) => sum + bytes.length + 4, 16),
  );
  writer.varint(own.length);
  for (const bytes of own) writer.block(bytes);
  return writer.finish();
}

/** @param features how many the model has */
export function readSketches(bytes: Uint8Array, features: number): FeatureSketch[] {
  return blocksOf(bytes, features).map(readSketch);
}

/** The sketch of one feature, by its place in the model. */
export function readSketchOf(bytes: Uint8Array, features: number, index: number): FeatureSketch {
  return readSketch(blocksOf(bytes, features)[index]);
}

function blocksOf(bytes: Uint8Array, features: number): Uint8Array[] {
  const reader = new ByteReader(bytes, "sketches");
  const found = reader.varint();
  if (found !== features) throw reader.refuse(`has ${found} features where the model has ${features}`);
  const blocks = Array.from({ length: found }, () => reader.block());
  reader.end();
  return blocks;
}

const forms = { numeric: 0, wholeNumbers: 1, categories: 2 } as const;

function writeSketch(sketch: FeatureSketch): Uint8Array<ArrayBuffer> {
  const places = sketch.kind === "numeric" ? sketch.keys.length * 4 : sketch.counts.size * 16;
  const writer = new ByteWriter("featureSketch", 48 + places);
  if (sketch.kind === "numeric") writeNumbers(writer, sketch);
  else writeCategories(writer, sketch);
  return writer.finish();
}

function readSketch(bytes: Uint8Array): FeatureSketch {
  const reader = new ByteReader(bytes, "featureSketch");
  const form = reader.u8();
  if (form > forms.categories) throw reader.refuse(`has the unknown form ${form}`);
  const sketch =
    form === forms.categories ? readCategories(reader) : readNumbers(reader, form === forms.wholeNumbers);
  reader.end();
  return sketch;
}

function writeNumbers(writer: ByteWriter, sketch: NumericSketch): void {
  const { p, keys, counts, missing, negInf, posInf, min, max, whole } = sketch;
  writer.u8(whole ? forms.wholeNumbers : forms.numeric);
  for (const rows of [missing, negInf, posInf, keys.length]) writer.varint(rows);
  if (keys.length === 0) return;
  writer.u8(p - coarsestPrecision);
  writer.f64(min);
  writer.f64(max);
  let next = -lastKey(p);
  for (let at = 0; at < keys.length; at++) {
    writer.varint(keys[at] - next);
    writer.varint(counts[at]);
    next = keys[at] + 1;
  }
}

function readNumbers(reader: ByteReader, whole: boolean): NumericSketch {
  const [missing, negInf, posInf] = [reader.varint(), reader.varint(), reader.varint()];
  const cells = reader.count(2);
  if (cells === 0) return { ...emptyNumbers(), missing, negInf, posInf };
  const p = reader.u8() + coarsestPrecision;
  if (p > finestPrecision) throw reader.refuse(`has ${p} bits of precision, and ${finestPrecision} is most`);
  const [min, max] = [reader.f64(), reader.f64()];
  const [keys, counts] = [new Float64Array(cells), new Float64Array(cells)];
  const last = lastKey(p);
  let next = -last;
  for (let at = 0; at < cells; at++) {
    keys[at] = next + reader.varint();
    if (keys[at] > last) throw reader.refuse(`has a cell past the largest number (${keys[at]})`);
    counts[at] = reader.varint();
    if (counts[at] === 0) throw reader.refuse("stores a zero");
    next = keys[at] + 1;
  }
  return { kind: "numeric", p, keys, counts, missing, negInf, posInf, min, max, whole };
}

function writeCategories(writer: ByteWriter, { counts, missing, other, limit }: CategorySketch): void {
  writer.u8(forms.categories);
  for (const number of [missing, other, limit, counts.size]) writer.varint(number);
  for (const [value, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    writer.text(value);
    writer.varint(count);
  }
}

function readCategories(reader: ByteReader): CategorySketch {
  const [missing, other, limit] = [reader.varint(), reader.varint(), reader.varint()];
  const counts = new Map<string, number>();
  const values = reader.count(2);
  for (let at = 0; at < values; at++) {
    const value = reader.text();
    if (counts.has(value)) throw reader.refuse("lists a value twice");
    const count = reader.varint();
    if (count === 0) throw reader.refuse("stores a zero");
    counts.set(value, count);
  }
  return { kind: "categories", counts, missing, other, limit };
}
