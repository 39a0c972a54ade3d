/**
 * The quantile sketch on float bits: exponent and the top p bits of the mantissa are the cell of a value. An octave is cut
 * into 2^p cells of equal width, each closed at its end away from zero; what they mean is in methods/sketches/float-bits.ts.
 *
 * Counters lie in pages of one octave, laid out when an octave is first met: a few values far apart cost a few pages, not
 * the whole range of a double. Cost: two loads and a store a value, then one look at each of 4094 octaves.
 *
 * `table`: 4096 zeroed u32, one an octave and sign; `pages`: room for one page of 2^p u32 a value, at most 4094 of them.
 * `apart` (f64, added to): zeros, NaN, plus infinity, minus infinity. Answers with the number of cells in use, their keys
 * ascending and their counts (f64 each). Source: the exponential histograms of OpenTelemetry and Prometheus have the same shape; cells of equal width
 * within an octave need no logarithm. Edge cases: zeros, NaN and infinities have counters of their own; denormals are evenly
 * spaced, and so are their cells.
 */
export function sketchUpdate(
  values: usize,
  count: i32,
  p: i32,
  table: usize,
  pages: usize,
  apart: usize,
  keys: usize,
  counts: usize,
): i32 {
  const shift = <u64>(52 - p);
  const mask = (1 << p) - 1;
  const pageBytes = (<usize>4) << p;
  for (let i: i32 = 0; i < count; i++) {
    const bits = load<u64>(values + ((<usize>i) << 3));
    const sign = <u32>(bits >> 63);
    const below = (bits & 0x7fffffffffffffff) - 1;
    // Zero wraps round to the largest number of all; infinity and NaN lie between it and the finite values.
    if (below >= 0x7fefffffffffffff) {
      const slot = apart + (below + 1 === 0 ? 0 : below >= 0x7ff0000000000000 ? 8 : 16 + (sign << 3));
      store<f64>(slot, load<f64>(slot) + 1);
      continue;
    }
    const cell = <u32>(below >> shift);
    const octave = table + (((cell >> p) | (sign << 11)) << 2);
    let page: usize = load<u32>(octave);
    if (page === 0) {
      page = pages;
      pages += pageBytes;
      memory.fill(page, 0, pageBytes);
      store<u32>(octave, <u32>page);
    }
    const slot = page + ((cell & mask) << 2);
    store<u32>(slot, load<u32>(slot) + 1);
  }

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
