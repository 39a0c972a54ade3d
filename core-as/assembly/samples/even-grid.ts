/**
 * An even grid over two samples: their counts in its cells, and which values lie in some of them. What lies outside of the
 * range that it covers is in its first and its last cell. Cost: a nanosecond a value, four at a time, without a comparison of
 * values. Edge cases: what is not finite is in a cell behind the last.
 */
let least: f64 = 0;
let scale: f64 = 0;

/** Whether a grid of so many cells can be laid from `low` to `high`. */
export function layGrid(low: f64, high: f64, cells: i32): bool {
  least = low;
  scale = <f64>(cells - 1) / (high - low);
  return scale > 0 && scale < Infinity;
}

/** Where a cell begins: about, since cells are found by rounded arithmetic. */
export function borderOf(cell: i32): f64 {
  return least + <f64>cell / scale;
}

/** Added to a small whole number it leaves that in the low bits. */
const TWO_52: f64 = 4503599627370496.0;

/** The grid cells of two values, in the low halves; `cells` for what is not finite. Monotone, which is all that is asked. */
// inline
function cellsOf(x: v128, factor: v128, last: v128, none: v128): v128 {
  const place = f64x2.mul(f64x2.sub(x, f64x2.splat(least)), factor);
  const inside = f64x2.pmin(last, f64x2.pmax(f64x2.splat(0), place));
  const finite = f64x2.eq(f64x2.sub(x, x), f64x2.splat(0));
  return v128.bitselect(f64x2.add(inside, f64x2.splat(TWO_52)), none, finite);
}

/** Counts values into `counters` (u32) and writes the cell of each to `marks` (u16); reads up to three more. */
export function countOnGrid(values: usize, length: i32, cells: i32, counters: usize, marks: usize): void {
  const factor = f64x2.splat(scale);
  const last = f64x2.splat(<f64>(cells - 1));
  const none = i64x2.splat(cells);
  const end = values + ((<usize>length) << 3);
  for (; values < end; values += 32, marks += 8) {
    const t = i32x4.shuffle(
      cellsOf(v128.load(values), factor, last, none),
      cellsOf(v128.load(values, 16), factor, last, none),
      0,
      2,
      4,
      6,
    );
    v128.store64_lane(marks, i16x8.narrow_i32x4_u(t, t), 0);
    const shifted = i32x4.shl(t, 2);
    bump(counters + <usize>i32x4.extract_lane(shifted, 0));
    if (values + 8 < end) bump(counters + <usize>i32x4.extract_lane(shifted, 1));
    if (values + 16 < end) bump(counters + <usize>i32x4.extract_lane(shifted, 2));
    if (values + 24 < end) bump(counters + <usize>i32x4.extract_lane(shifted, 3));
  }
}

function bump(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Places (u32) of the values whose cells are marked in `chosen`, all of which lie from `first` to `last`. */
export function findOnGrid(
  marks: usize,
  length: i32,
  first: i32,
  last: i32,
  chosen: usize,
  places: usize,
): void {
  const from = i16x8.splat(<i16>first);
  const reach = i16x8.splat(<i16>(last - first));
  for (let at: i32 = 0; at < length; at += 8) {
    const near = i16x8.le_u(i16x8.sub(v128.load(marks + ((<usize>at) << 1)), from), reach);
    for (let left = i16x8.bitmask(near); left !== 0; left &= left - 1) {
      const place = at + ctz(left);
      if (place >= length) return;
      store<u32>(places, place);
      places += (<usize>load<u8>(chosen + <usize>load<u16>(marks + ((<usize>place) << 1)))) << 2;
    }
  }
}
