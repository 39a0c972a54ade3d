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
 * 128 KB at most; `apart` (f64, added to): zeros, NaN, plus infinity, minus infinity. Answers with where the next page begins.
 */
export function sketchAdd(
  values: usize,
  count: i32,
  p: i32,
  table: usize,
  pages: usize,
  dense: usize,
  apart: usize,
): usize {
  free = pages;
  if (count < DENSE_FROM) addSparse(values, count, p, table, apart);
  else addDense(values, count, p, table, dense, apart);
  return free;
}

/** Below this many values the dense counters are not worth reading out. */
const DENSE_FROM: i32 = 2048;
const MAGNITUDE: u64 = 0x7fffffffffffffff;

/** Where the next page begins. */
let free: usize = 0;

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
function addDense(values: usize, count: i32, p: i32, table: usize, dense: usize, apart: usize): void {
  const octaves = denseOctaves(p);
  const lowest = lowestOctave(values, 1 << octaves);
  const cells = octaves + p;
  const ways = (<usize>8) << cells;
  memory.fill(dense, 0, ways << 1);
  const first = i64x2.splat((<i64>lowest) << p);
  const magnitude = i64x2.splat(MAGNITUDE);
  const one = i64x2.splat(1);
  const end = values + ((<usize>(count & ~1)) << 3);
  for (; values < end; values += 16) {
    const bits = v128.load(values);
    const place = i64x2.sub(i64x2.shr_u(i64x2.sub(v128.and(bits, magnitude), one), 52 - p), first);
    if (v128.any_true(i64x2.shr_u(place, cells))) {
      addSparse(values, 2, p, table, apart);
      continue;
    }
    const index = i64x2.shl(v128.or(place, i64x2.shl(i64x2.shr_u(bits, 63), cells)), 2);
    bump(dense + <usize>i32x4.extract_lane(index, 0));
    bump(dense + ways + <usize>i32x4.extract_lane(index, 2));
  }
  if (count & 1) addSparse(values, 1, p, table, apart);
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

/** The octave from which `octaves` reach one above the largest of the first thousand finite values. */
function lowestOctave(values: usize, octaves: i32): i32 {
  let largest: i32 = 0;
  for (let i: usize = 0; i < 1024; i++) {
    const octave = (<i32>(load<u64>(values + (i << 3)) >> 52)) & 2047;
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
