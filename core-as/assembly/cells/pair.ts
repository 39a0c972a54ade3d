/** Two neighbouring cells from cell i on; the second lane is 0 where the row of cells ends with the first. */
export function pairAt(counts: usize, i: i32, cells: i32): v128 {
  const at = counts + ((<usize>i) << 3);
  return i + 1 < cells ? v128.load(at) : v128.load64_zero(at);
}

/** Counts up to and including each of two cells, `before` (in both lanes) being those up to the cells before. */
export function upTo(before: v128, pair: v128): v128 {
  const shifted = i8x16.shuffle(pair, f64x2.splat(0), 16, 17, 18, 19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5, 6, 7);
  return f64x2.add(before, f64x2.add(pair, shifted));
}

/** The second lane in both. */
export function last(pair: v128): v128 {
  return i8x16.shuffle(pair, pair, 8, 9, 10, 11, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15);
}

/** Adds the lanes one after the other: sums keep the order of the cells, and with it the bits of a plain loop. */
export function inOrder(sum: f64, terms: v128): f64 {
  return sum + f64x2.extract_lane(terms, 0) + f64x2.extract_lane(terms, 1);
}

/** The larger lane. */
export function larger(pair: v128): f64 {
  return Math.max(f64x2.extract_lane(pair, 0), f64x2.extract_lane(pair, 1));
}

/** The sum of the lanes. */
export function both(pair: v128): f64 {
  return f64x2.extract_lane(pair, 0) + f64x2.extract_lane(pair, 1);
}
