import { largestGap } from "./ks";
import { sortFinite } from "./radix-sort";

/**
 * The Kolmogorov-Smirnov statistic of two unsorted samples by branch and bound: the same number as sorting both would
 * give, for a fraction of the work.
 *
 * An even grid over both samples is counted. At its borders the gap between the distribution functions is known, in whole
 * numbers, i m - j n of n m; the largest is a lower bound. Inside a cell the gap can grow by the cell's own values at
 * most: only cells where that would pass the bound are gathered, sorted and merged. Where they hold too much (heavy
 * tails), the grid is laid again over their part of the range. Cost: three passes without a comparison, and a sort of what
 * is left, a few cells of a thousand. Edge cases: NaN and infinities are left out; a sample without finite values gives
 * NaN; where the grid does not help (one heavy value, a range that is no double), answers with -1: both have to be sorted.
 *
 * `counters`: two u32 a cell, reference and window, and two more for what is not finite. `chosen`: a byte a cell and one.
 * `left`, `right`: room for a quarter of each sample; `sortWork` for the larger of the two quarters; `digits` as in
 * radix-sort.ts.
 */
export function ksUnsorted(
  r: usize,
  n: i32,
  c: usize,
  m: i32,
  cells: i32,
  counters: usize,
  chosen: usize,
  left: usize,
  right: usize,
  sortWork: usize,
  digits: usize,
): f64 {
  least = Infinity;
  most = -Infinity;
  bounds(r, n);
  bounds(c, m);
  if (!(least <= most)) return NaN;
  let scale: f64;
  let rows: i64;
  let others: i64;
  let best: i64 = 0;
  for (let turn = 0; ; turn++) {
    scale = <f64>(cells - 1) / (most - least);
    if (!(scale > 0) || scale === Infinity || turn === TURNS) return -1;
    memory.fill(counters, 0, (<usize>(cells + 1)) << 3);
    count(r, n, scale, cells, counters);
    count(c, m, scale, cells, counters + 4);
    rows = <i64>n - <i64>load<u32>(counters + ((<usize>cells) << 3));
    others = <i64>m - <i64>load<u32>(counters + ((<usize>cells) << 3), 4);
    if (rows === 0 || others === 0) return NaN;
    best = max<i64>(best, largestAtBorders(cells, counters, rows, others));
    choose(cells, counters, chosen, rows, others, best, turn === 0 ? 0 : 1);
    if (takenRows <= n >> 2 && takenOthers <= m >> 2) break;
    // Most values lie in a part of the range: the grid is laid anew over what is undecided.
    const low = least + <f64>(firstChosen - 1) / scale;
    const high = least + <f64>(lastChosen + 1) / scale;
    if (!(high - low < 0.75 * (most - least))) return -1;
    least = low;
    most = high;
  }
  if (takenRows + takenOthers === 0) return <f64>best / (<f64>rows * <f64>others);
  gather(r, n, scale, cells, chosen, left);
  gather(c, m, scale, cells, chosen, right);
  const sortedLeft = sortFinite(left, takenRows, sortWork, digits);
  // The other buffer is free for the second sort.
  const sortedRight = sortFinite(right, takenOthers, sortedLeft === left ? sortWork : left, digits);
  best = mergeChosen(cells, counters, chosen, sortedLeft, sortedRight, rows, others, best);
  return <f64>best / (<f64>rows * <f64>others);
}

/** How often the grid is laid anew at most. */
const TURNS: i32 = 5;

/** The range that the grid covers; what lies outside is in its first and its last cell. */
let least: f64 = 0;
let most: f64 = 0;

/** Smallest and largest finite value, on top of what was found before. */
function bounds(values: usize, count: i32): void {
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

function count(values: usize, length: i32, scale: f64, cells: i32, counters: usize): void {
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

/** The largest |i m - j n| after a whole cell. */
function largestAtBorders(cells: i32, counters: usize, rows: i64, others: i64): i64 {
  let gap: i64 = 0;
  let best: i64 = 0;
  const end = counters + ((<usize>cells) << 3);
  for (; counters < end; counters += 8) {
    gap += <i64>load<u32>(counters) * others - <i64>load<u32>(counters, 4) * rows;
    best = max<i64>(best, gap < 0 ? -gap : gap);
  }
  return best;
}

let takenRows: i32 = 0;
let takenOthers: i32 = 0;
let firstChosen: i32 = 0;
let lastChosen: i32 = 0;

/**
 * Marks the cells inside of which the gap could pass `best`. On a grid laid anew the first and the last cell hold what the
 * grid before has `settled`.
 */
function choose(
  cells: i32,
  counters: usize,
  chosen: usize,
  rows: i64,
  others: i64,
  best: i64,
  settled: i32,
): void {
  let gap: i64 = 0;
  takenRows = 0;
  takenOthers = 0;
  firstChosen = -1;
  store<u8>(chosen + cells, 0);
  for (let t: i32 = 0; t < cells; t++) {
    const own = load<u32>(counters + ((<usize>t) << 3));
    const other = load<u32>(counters + ((<usize>t) << 3), 4);
    const up = gap + <i64>own * others;
    const down = gap - <i64>other * rows;
    // With values of one side only the gap goes one way, and its end is a border.
    const within = t >= settled && t < cells - settled;
    const inside = within && own !== 0 && other !== 0 && (up > best || -down > best);
    store<u8>(chosen + t, inside ? 1 : 0);
    if (inside) {
      takenRows += own;
      takenOthers += other;
      if (firstChosen < 0) firstChosen = t;
      lastChosen = t;
    }
    gap = up + down - gap;
  }
}

/** Values of the marked cells, in the order they come. */
function gather(values: usize, length: i32, scale: f64, cells: i32, chosen: usize, into: usize): void {
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

/** Walks through the marked cells' values in order; between them the gap moves by whole cells. */
function mergeChosen(
  cells: i32,
  counters: usize,
  chosen: usize,
  left: usize,
  right: usize,
  rows: i64,
  others: i64,
  best: i64,
): i64 {
  let gap: i64 = 0;
  for (let t: i32 = 0; t < cells; t++) {
    const own = <usize>load<u32>(counters + ((<usize>t) << 3));
    const other = <usize>load<u32>(counters + ((<usize>t) << 3), 4);
    if (load<u8>(chosen + t)) {
      const leftEnd = left + (own << 3);
      const rightEnd = right + (other << 3);
      best = max<i64>(best, largestGap(left, leftEnd, right, rightEnd, gap, rows, others));
      left = leftEnd;
      right = rightEnd;
    }
    gap += <i64>own * others - <i64>other * rows;
  }
  return best;
}
