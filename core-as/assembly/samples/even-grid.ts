/**
 * An even grid over two samples: their range, their counts in its cells, and the values of some cells. Cost: a pass each,
 * two values at a time, without a comparison of values. Edge cases: what is not finite is in a cell behind the last.
 */

/** The range that the grid covers; what lies outside is in its first and its last cell. */
export let least: f64 = 0;
export let most: f64 = 0;

export function cover(low: f64, high: f64): void {
  least = low;
  most = high;
}

/** Smallest and largest finite value, on top of what was found before. */
export function bounds(values: usize, count: i32): void {
  const infinity = f64x2.splat(Infinity);
  let low = infinity;
  let high = f64x2.neg(infinity);
  const end = values + ((<usize>(count & ~1)) << 3);
  let at = values;
  for (; at < end; at += 16) {
    const x = v128.load(at);
    const finite = f64x2.lt(f64x2.abs(x), infinity);
    low = f64x2.pmin(low, v128.bitselect(x, low, finite));
    high = f64x2.pmax(high, v128.bitselect(x, high, finite));
  }
  least = Math.min(least, Math.min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1)));
  most = Math.max(most, Math.max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1)));
  if (count & 1) {
    const x = load<f64>(at);
    if (x - x === 0) {
      least = Math.min(least, x);
      most = Math.max(most, x);
    }
  }
}

/** Added to a small whole number it leaves that in the low bits. */
const TWO_52: f64 = 4503599627370496.0;

/** The grid cells of two values; `cells` for what is not finite. Monotone, which is all that is asked of it. */
// inline
function cellsOf(x: v128, scale: v128, cells: i32): v128 {
  const place = f64x2.mul(f64x2.sub(x, f64x2.splat(least)), scale);
  const inside = f64x2.pmin(f64x2.splat(<f64>(cells - 1)), f64x2.pmax(f64x2.splat(0), place));
  const t = f64x2.add(inside, f64x2.splat(TWO_52));
  const finite = f64x2.lt(f64x2.abs(x), f64x2.splat(Infinity));
  return v128.bitselect(t, i64x2.splat(cells), finite);
}

export function count(values: usize, length: i32, scale: f64, cells: i32, counters: usize): void {
  const factor = f64x2.splat(scale);
  const end = values + ((<usize>(length & ~1)) << 3);
  for (; values < end; values += 16) {
    const t = cellsOf(v128.load(values), factor, cells);
    bump(counters + ((<usize>i32x4.extract_lane(t, 0)) << 3));
    bump(counters + ((<usize>i32x4.extract_lane(t, 2)) << 3));
  }
  if (length & 1)
    bump(counters + ((<usize>i32x4.extract_lane(cellsOf(v128.load64_zero(values), factor, cells), 0)) << 3));
}

function bump(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Values of the marked cells, in the order they come. */
export function gather(values: usize, length: i32, scale: f64, cells: i32, chosen: usize, into: usize): void {
  const factor = f64x2.splat(scale);
  const end = values + ((<usize>(length & ~1)) << 3);
  for (; values < end; values += 16) {
    const x = v128.load(values);
    const t = cellsOf(x, factor, cells);
    const one: usize = load<u8>(chosen + <usize>i32x4.extract_lane(t, 0));
    const two: usize = load<u8>(chosen + <usize>i32x4.extract_lane(t, 2));
    if ((one | two) === 0) continue;
    v128.store64_lane(into, x, 0);
    into += one << 3;
    v128.store64_lane(into, x, 1);
    into += two << 3;
  }
  if (length & 1) {
    const t = cellsOf(v128.load64_zero(values), factor, cells);
    if (load<u8>(chosen + <usize>i32x4.extract_lane(t, 0))) store<f64>(into, load<f64>(values));
  }
}
