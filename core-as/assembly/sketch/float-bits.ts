import { FIRST, LAST } from "../counting/parts";

/**
 * The quantile sketch on float bits: exponent and the top p bits of the mantissa are the cell of a value. An octave is cut
 * into 2^p cells of equal width, each closed at its end away from zero; what they mean is in methods/sketches/float-bits.ts.
 *
 * Counters lie in pages of one octave, laid out when an octave is first met: a few values far apart cost a few pages, not
 * the whole range of a double. Where there are many values, those within some octaves of the largest have counters side by
 * side first. Cost: a load and a store a value, then one look at each of 4094 octaves. Source: the exponential histograms of
 * OpenTelemetry and Prometheus have the same shape; cells of equal width within an octave need no logarithm. Edge cases:
 * zeros, NaN and infinities have counters of their own; denormals are evenly spaced, and so are their cells.
 *
 * `table`: 4096 u32, zeroed before the first values, one an octave and sign; `pages`: room for one page of 2^p u32 a value
 * still to come, at most 4094 of them; `dense`: room for two counters (u32) of each sign for the cells of `denseOctaves`,
 * 128 KB at most, or 0 where there are too few values for them; `parts`: see counting/parts.ts; `apart` (f64, added to): zeros, NaN, plus infinity, minus infinity. Answers with where the next page begins.
 */
export function sketchAdd(
  values: usize,
  count: i32,
  p: i32,
  table: usize,
  pages: usize,
  dense: usize,
  apart: usize,
  parts: i32,
): usize {
  free = pages;
  if (dense === 0) addSparse(values, count, p, table, apart);
  else addDense(values, count, p, table, dense, apart, parts);
  return free;
}

const MAGNITUDE: u64 = 0x7fffffffffffffff;

/** Where the next page begins. */
let free: usize = 0;
/** The first octave of the dense counters. */
let lowest: i32 = 0;

/** The counters of an octave of one sign; made when first asked for. */
function pageOf(table: usize, octaveAndSign: u32, p: i32): usize {
  const entry = table + ((<usize>octaveAndSign) << 2);
  let page: usize = load<u32>(entry);
  if (page === 0) {
    const bytes = (<usize>4) << p;
    page = free;
    free += bytes;
    memory.fill(page, 0, bytes);
    store<u32>(entry, <u32>page);
  }
  return page;
}

function addSparse(values: usize, count: i32, p: i32, table: usize, apart: usize): void {
  const shift = <u64>(52 - p);
  const mask = (1 << p) - 1;
  const end = values + ((<usize>count) << 3);
  for (; values < end; values += 8) {
    const bits = load<u64>(values);
    const sign = <u32>(bits >> 63);
    const below = (bits & MAGNITUDE) - 1;
    // Zero wraps round to the largest number of all; infinity and NaN lie between it and the finite values.
    if (below >= 0x7fefffffffffffff) {
      const slot = apart + (below + 1 === 0 ? 0 : below >= 0x7ff0000000000000 ? 8 : 16 + (sign << 3));
      store<f64>(slot, load<f64>(slot) + 1);
      continue;
    }
    const cell = <u32>(below >> shift);
    bump(pageOf(table, (cell >> p) | (sign << 11), p) + ((cell & mask) << 2));
  }
}

function bump(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Octaves that the dense counters cover, as a power of two: 2048 cells at most for each sign, or 8 octaves. */
function denseOctaves(p: i32): i32 {
  return p <= 5 ? 6 : max<i32>(3, 11 - p);
}

/**
 * Nearly all values lie within a few octaves below the largest: their counters lie side by side, two for each so that
 * equal neighbours do not wait for one another, and the rest goes the sparse way.
 */
function addDense(
  values: usize,
  count: i32,
  p: i32,
  table: usize,
  dense: usize,
  apart: usize,
  parts: i32,
): void {
  const octaves = denseOctaves(p);
  const cells = octaves + p;
  const ways = (<usize>8) << cells;
  if (parts & FIRST) {
    lowest = lowestOctave(values, min(count, 1024), 1 << octaves);
    memory.fill(dense, 0, ways << 1);
  }
  const first = i32x4.splat(lowest << p);
  const magnitude = i32x4.splat(0x7fffffff);
  const end = values + ((<usize>(count & ~3)) << 3);
  for (; values < end; values += 32) {
    const x = v128.load(values);
    const y = v128.load(values, 16);
    // All of a cell is in the upper halves of the bits, but for a borrow where the lower half is zero; a true lane is -1.
    const high = i32x4.shuffle(x, y, 1, 3, 5, 7);
    const borrow = i32x4.eq(i32x4.shuffle(x, y, 0, 2, 4, 6), i32x4.splat(0));
    const below = i32x4.add(v128.and(high, magnitude), borrow);
    const place = i32x4.sub(i32x4.shr_u(below, 20 - p), first);
    if (v128.any_true(i32x4.shr_u(place, cells))) {
      addSparse(values, 4, p, table, apart);
      continue;
    }
    const index = i32x4.shl(v128.or(place, i32x4.shl(i32x4.shr_u(high, 31), cells)), 2);
    bump(dense + <usize>i32x4.extract_lane(index, 0));
    bump(dense + ways + <usize>i32x4.extract_lane(index, 1));
    bump(dense + <usize>i32x4.extract_lane(index, 2));
    bump(dense + ways + <usize>i32x4.extract_lane(index, 3));
  }
  addSparse(values, count & 3, p, table, apart);
  if ((parts & LAST) === 0) return;
  for (let sign: u32 = 0; sign < 2; sign++)
    for (let octave = 0; octave < 1 << octaves; octave++)
      addOctave(
        dense + ((((<usize>sign) << octaves) + octave) << (p + 2)),
        ways,
        p,
        table,
        (<u32>(lowest + octave)) | (sign << 11),
      );
}

/** Adds an octave's dense counters, both of each, to its page; one without values gets none. */
function addOctave(dense: usize, ways: usize, p: i32, table: usize, octaveAndSign: u32): void {
  let any: u32 = 0;
  const bytes = (<usize>4) << p;
  for (let at: usize = 0; at < bytes; at += 4) any |= load<u32>(dense + at) | load<u32>(dense + ways + at);
  if (any === 0) return;
  const page = pageOf(table, octaveAndSign, p);
  for (let at: usize = 0; at < bytes; at += 4)
    store<u32>(page + at, load<u32>(page + at) + load<u32>(dense + at) + load<u32>(dense + ways + at));
}

/** The octave from which `octaves` reach one above the largest of these finite values. */
function lowestOctave(values: usize, count: i32, octaves: i32): i32 {
  let largest: i32 = 0;
  for (let i: i32 = 0; i < count; i++) {
    const octave = (<i32>(load<u64>(values + ((<usize>i) << 3)) >> 52)) & 2047;
    if (octave < 2047) largest = max<i32>(largest, octave);
  }
  return max<i32>(0, min<i32>(2046, largest + 1) - octaves + 1);
}

/** Keys in use, ascending, with their counts (f64 each); answers with how many there are. */
export function sketchList(p: i32, table: usize, apart: usize, keys: usize, counts: usize): i32 {
  const mask = (1 << p) - 1;
  const zeros = load<f64>(apart);
  let found: i32 = 0;
  for (let octave: i32 = -2047; octave < 2047; octave++) {
    if (octave === 0 && zeros > 0) found = list(keys, counts, found, 0, zeros);
    // All ones where negative: there octaves and cells run from the largest magnitude down.
    const flip = octave >> 31;
    const exponent = octave ^ flip;
    const page: usize = load<u32>(table + ((exponent | (flip & 2048)) << 2));
    if (page === 0) continue;
    for (let i: i32 = 0; i <= mask; i++) {
      const inPage = i ^ (flip & mask);
      const many = load<u32>(page + (inPage << 2));
      const cell = (exponent << p) + inPage;
      if (many > 0) found = list(keys, counts, found, (cell ^ flip) + 1 + flip, many);
    }
  }
  return found;
}

/** Adds two lists of keys and counts, keys ascending; answers with the length of the sum. */
export function sketchMerge(
  aKeys: usize,
  aCounts: usize,
  aLength: i32,
  bKeys: usize,
  bCounts: usize,
  bLength: i32,
  keys: usize,
  counts: usize,
): i32 {
  const aEnd = aKeys + ((<usize>aLength) << 3);
  const bEnd = bKeys + ((<usize>bLength) << 3);
  let found: i32 = 0;
  while (aKeys < aEnd || bKeys < bEnd) {
    const a = aKeys < aEnd ? load<f64>(aKeys) : Infinity;
    const b = bKeys < bEnd ? load<f64>(bKeys) : Infinity;
    let many: f64 = 0;
    if (a <= b) {
      many = load<f64>(aCounts);
      aKeys += 8;
      aCounts += 8;
    }
    if (b <= a) {
      many += load<f64>(bCounts);
      bKeys += 8;
      bCounts += 8;
    }
    found = list(keys, counts, found, a < b ? a : b, many);
  }
  return found;
}

function list(keys: usize, counts: usize, at: i32, key: f64, many: f64): i32 {
  const place = (<usize>at) << 3;
  store<f64>(keys + place, key);
  store<f64>(counts + place, many);
  return at + 1;
}
