import { bounds, count, cover, gather, least, most } from "./even-grid";
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
  cover(Infinity, -Infinity);
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
    cover(low, high);
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
