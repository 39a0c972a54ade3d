import { borderOf } from "./even-grid";
import { largestGap } from "./ks";

/**
 * The Kolmogorov-Smirnov statistic of two unsorted samples by branch and bound: the same number as sorting both would
 * give, for a fraction of the work.
 *
 * An even grid over both samples is counted (even-grid.ts). At its borders the gap between the distribution functions is
 * known, in whole numbers, i m - j n of n m; the largest is a lower bound. Inside a cell the gap can grow by the cell's own
 * values at most: only cells where that would pass the bound are gathered, sorted and merged. Where they hold too much (heavy
 * tails), the grid is laid again over their part of the range. Cost: one pass over the values, one over a quarter of their
 * bytes, and a sort of what is left, a few cells of a thousand. Edge cases: NaN and infinities are left out; where the
 * grid does not help (one heavy value, a range that is no double), both have to be sorted.
 */

/** Finite values of both samples, and the largest |i m - j n| that is known. */
let rows: i64 = 0;
let others: i64 = 0;
let best: i64 = 0;

/**
 * Reads the counters: `counters` of the reference, then those of the window, a u32 a cell and one more for what is not
 * finite. Marks the cells to look into in `chosen`, a byte a cell and one. `settled` is 1 on a grid laid anew, whose first and
 * last cell hold what the one before has settled.
 *
 * `found` (f64): the answer where nothing is marked; rows marked in the reference, and in the window; the first and the
 * last cell marked; from where to where to lay the grid anew.
 */
export function ksChoose(
  cells: i32,
  n: i32,
  m: i32,
  settled: i32,
  counters: usize,
  chosen: usize,
  found: usize,
): void {
  const window = counters + ((<usize>(cells + 1)) << 2);
  rows = <i64>n - <i64>load<u32>(window - 4);
  others = <i64>m - <i64>load<u32>(window + ((<usize>cells) << 2));
  if (settled === 0) best = 0;
  let gap: i64 = 0;
  for (let t: usize = 0; t < (<usize>cells) << 2; t += 4) {
    gap += <i64>load<u32>(counters + t) * others - <i64>load<u32>(window + t) * rows;
    best = max<i64>(best, gap < 0 ? -gap : gap);
  }
  let first: i32 = -1;
  let last: i32 = -1;
  let taken: i64 = 0;
  let takenOthers: i64 = 0;
  gap = 0;
  store<u8>(chosen + cells, 0);
  for (let t: i32 = 0; t < cells; t++) {
    const own = <i64>load<u32>(counters + ((<usize>t) << 2));
    const other = <i64>load<u32>(window + ((<usize>t) << 2));
    const up = gap + own * others;
    const down = gap - other * rows;
    // With values of one side only the gap goes one way, and its end is a border.
    const inside =
      t >= settled && t < cells - settled && own !== 0 && other !== 0 && (up > best || -down > best);
    store<u8>(chosen + t, inside ? 1 : 0);
    if (inside) {
      taken += own;
      takenOthers += other;
      if (first < 0) first = t;
      last = t;
    }
    gap = up + down - gap;
  }
  // NaN where a side has no finite value.
  store<f64>(found, <f64>best / (<f64>rows * <f64>others));
  store<f64>(found, <f64>taken, 8);
  store<f64>(found, <f64>takenOthers, 16);
  store<f64>(found, <f64>first, 24);
  store<f64>(found, <f64>last, 32);
  store<f64>(found, borderOf(first - 1), 40);
  store<f64>(found, borderOf(last + 1), 48);
}

/** Walks through the marked cells' sorted values; between them the gap moves by whole cells. */
export function ksWalk(cells: i32, counters: usize, chosen: usize, left: usize, right: usize): f64 {
  const window = counters + ((<usize>(cells + 1)) << 2);
  let gap: i64 = 0;
  for (let t: i32 = 0; t < cells; t++) {
    const own = <usize>load<u32>(counters + ((<usize>t) << 2));
    const other = <usize>load<u32>(window + ((<usize>t) << 2));
    if (load<u8>(chosen + t)) {
      const leftEnd = left + (own << 3);
      const rightEnd = right + (other << 3);
      best = max<i64>(best, largestGap(left, leftEnd, right, rightEnd, gap, rows, others));
      left = leftEnd;
      right = rightEnd;
    }
    gap += <i64>own * others - <i64>other * rows;
  }
  return <f64>best / (<f64>rows * <f64>others);
}
