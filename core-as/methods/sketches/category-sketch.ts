/**
 * Categories without a list of them beforehand: exact counts of the values that have a place, and one count for the rest.
 *
 * Values beyond the room lose their place by a hash of their name, the greatest first, and not by their frequency. Only so
 * is the result a function of the rows: a value that has a place among all rows has one in every part of them, so none of
 * its rows is ever given up, and merging in any order, over any batches or shards, gives the same counts, exactly. (Which
 * values are frequent is known only at the end; a summary that keeps those, as Misra and Gries' does, depends on the order
 * in which its parts were merged: see heavy-hitters.ts.) The values that are kept are a fair sample of the distinct ones,
 * so their number is known too: k places up to the share s of all hashes stand for about k/s values (Bar-Yossef et al. 2002).
 */
import { type CategoricalColumn, tallied } from "../../domain/columns.ts";
import { hashId } from "../../domain/id-hash.ts";
import { wellFormed } from "../../domain/wire/bytes.ts";

export interface CategorySketch {
  readonly kind: "categories";
  /** Rows by value, of the values that have a place. */
  readonly counts: ReadonlyMap<string, number>;
  /** Rows with a value that has none. */
  readonly other: number;
  /** Values whose hash is below this have a place; `allHashes` while all have. */
  readonly limit: number;
  readonly missing: number;
}

/** Above every hash. */
export const allHashes = 4503599627370496;

export const emptyCategories = (): CategorySketch => ({
  kind: "categories",
  counts: new Map(),
  ...{ other: 0, limit: allHashes, missing: 0 },
});

/**
 * @param room for the values' names in bytes of UTF-8, eight more for each
 * @param rows of the column; all when left out
 */
export function sketchCategories(column: CategoricalColumn, room: number, rows?: Int32Array): CategorySketch {
  const tally = tallied(column, rows);
  const counts = new Map<string, number>();
  column.dictionary.forEach((value, code) => {
    if (tally[code + 1] === 0) return;
    const name = wellFormed(value);
    counts.set(name, (counts.get(name) ?? 0) + tally[code + 1]);
  });
  return withinRoom({ ...emptyCategories(), counts, missing: tally[0] }, room);
}

/** The sketch of both together. */
export function mergeCategories(a: CategorySketch, b: CategorySketch, room: number): CategorySketch {
  const counts = new Map(a.counts);
  for (const [value, count] of b.counts) counts.set(value, (counts.get(value) ?? 0) + count);
  const merged: CategorySketch = {
    kind: "categories",
    counts,
    other: a.other + b.other,
    limit: Math.min(a.limit, b.limit),
    missing: a.missing + b.missing,
  };
  return withinRoom(merged, room);
}

/**
 * Gives up the places of values at and above the limit, and lowers it to the first value, by hash, that the room does not
 * hold. That it is remembered matters: a shorter name of a greater hash may not take the place of a longer one.
 */
function withinRoom(sketch: CategorySketch, room: number): CategorySketch {
  if (sketch.limit === allHashes && placesOf(sketch.counts.keys()) <= room) return sketch;
  const byHash = Array.from(sketch.counts, ([value, count]) => ({ value, count, hash: hashOf(value) }))
    .filter(({ hash }) => hash < sketch.limit)
    .sort((a, b) => a.hash - b.hash || (a.value < b.value ? -1 : 1));
  let { limit } = sketch;
  let taken = 0;
  for (const { value, hash } of byHash) {
    taken += placeOf(value);
    if (taken <= room) continue;
    limit = hash;
    break;
  }
  const kept = byHash.filter(({ hash }) => hash < limit);
  const counts = new Map(kept.map(({ value, count }) => [value, count]));
  return { ...sketch, counts, limit, other: sketch.other + sumOf(sketch.counts) - sumOf(counts) };
}

/** Bytes that the name takes in UTF-8, and its count. */
function placeOf(value: string): number {
  let bytes = value.length + 8;
  for (let at = 0; at < value.length; at++) {
    const unit = value.charCodeAt(at);
    // Two units of a pair make four bytes.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

function placesOf(values: Iterable<string>): number {
  let taken = 0;
  for (const value of values) taken += placeOf(value);
  return taken;
}

const words = new Uint32Array(2);

/** 52 bits of the name's hash. */
function hashOf(value: string): number {
  hashId(value, words);
  return words[0] * 1048576 + (words[1] >>> 12);
}

/** Rows with a value. */
export function valueCount({ counts, other }: CategorySketch): number {
  return sumOf(counts) + other;
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

/** How many values there are: counted while all have a place, else estimated, with a standard error of about 1/√places. */
export function distinctValues({ counts, limit }: CategorySketch): number {
  return limit === allHashes ? counts.size : Math.round((counts.size / limit) * allHashes);
}

/** The most frequent of the values that have a place, ties by name. */
export function mostFrequent({ counts }: CategorySketch, most: number): { value: string; count: number }[] {
  return Array.from(counts, ([value, count]) => ({ value, count }))
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1))
    .slice(0, most);
}
