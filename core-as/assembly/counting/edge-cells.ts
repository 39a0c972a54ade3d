/**
 * Counting without a search: a uniform grid so fine that no grid cell holds two edges is laid over the edges. A value's
 * grid cell comes from one subtraction and one multiplication, and within it one comparison with its only edge decides.
 *
 * Exact, whatever rounding does to the grid: the map from value to grid cell is monotone, so an edge in a lower grid cell
 * is smaller than the value and one in a higher cell is not. Cost: about one nanosecond a value, whatever the number of
 * edges; laying and folding the grid costs its size. Skewed edges, for which an even grid would be huge, have one over the
 * bits of a double instead (1.3 nanoseconds a value); edges that it does not separate either have none.
 *
 * `work` has room for the grid's edges (f64) and four interleaved histograms of two counters a grid cell (u32), which keep
 * equal neighbours from waiting for one another's store. They lie at fixed distances, so that one address serves them all;
 * with an odd number of cache lines between, so that they do not alias.
 */
import { countApart } from "./apart";
import { countBySearch } from "./by-search";
import { FIRST, LAST } from "./parts";

const LARGEST: i32 = 4096;
/** Up to here a grid and its counters lie in the nearest cache. */
const SMALL: i32 = 1024;
/** From one part of `work` to the next: eight bytes for each of `LARGEST` cells, and 13 cache lines. */
const STRIDE: usize = 33600;
/** Added to a small non-negative double, leaves its rounded value in the low bits. */
const TWO_52: f64 = 4503599627370496.0;
/** Values between two looks for any that is not finite. */
const BLOCK: i32 = 512;

/**
 * Where a value lies on the axis that the grid divides: at itself (axis is f64), or at the upper half of its bits (axis is
 * i64), in the order of the values, which is about a logarithm. There NaN and infinities lie nowhere. -0 lies at 0.
 */
function place<Axis>(x: f64): f64 {
  if (isFloat<Axis>()) return x;
  const bits = <i32>(reinterpret<u64>(x + 0) >> 32);
  return <f64>(bits ^ (<i32>((<u32>(bits >> 31)) >> 1))) + (x - x);
}

function scaleOf<Axis>(edges: usize, count: i32, grid: i32): f64 {
  const last = place<Axis>(load<f64>(edges + ((<usize>(count - 1)) << 3)));
  return <f64>(grid - 1) / (last - place<Axis>(load<f64>(edges)));
}

/** What lies nowhere falls into grid cell 0. */
function gridCell<Axis>(x: f64, low: f64, scale: f64, last: f64): i32 {
  const s = (place<Axis>(x) - low) * scale;
  return <i32>(<u32>reinterpret<u64>((s > 0 ? Math.min(last, s) : 0) + TWO_52));
}

/** The smallest grid that separates these edges on this axis, or 0 where none is small enough. */
function separating<Axis>(edges: usize, count: i32): i32 {
  const low = place<Axis>(load<f64>(edges));
  let grid: i32 = 16;
  while (grid < 2 * count) grid <<= 1;
  for (; grid <= LARGEST; grid <<= 1) {
    const scale = scaleOf<Axis>(edges, count, grid);
    // Too wide or too narrow for a double.
    if (!(scale > 0) || scale === Infinity) return 0;
    let before: i32 = -1;
    let i: i32 = 0;
    for (; i < count; i++) {
      const cell = gridCell<Axis>(load<f64>(edges + ((<usize>i) << 3)), low, scale, <f64>(grid - 1));
      if (cell === before) break;
      before = cell;
    }
    if (i === count) return grid;
  }
  return 0;
}

/**
 * The size of the grid for these edges: negative where it divides the axis of bits, which takes a little longer but fewer
 * cells where edges are skewed; 0 where a search is better: fewer than two edges, or some that no grid separates.
 */
export function edgeCells(edges: usize, count: i32): i32 {
  if (count < 2) return 0;
  const even = separating<f64>(edges, count);
  if (even > 0 && even <= SMALL) return even;
  const skewed = separating<i64>(edges, count);
  return skewed > 0 && (even === 0 || skewed < even) ? -skewed : even;
}

/** Clears the counters and puts every edge into its grid cell; `none` where a cell holds no edge. */
function lay<Axis>(edges: usize, count: i32, grid: i32, work: usize, none: f64): void {
  const bytes = (<usize>grid) << 3;
  for (let way = STRIDE; way < 5 * STRIDE; way += STRIDE) memory.fill(work + way, 0, bytes);
  const nothing = f64x2.splat(none);
  for (let at = work; at < work + bytes; at += 16) v128.store(at, nothing);
  const low = place<Axis>(load<f64>(edges));
  const scale = scaleOf<Axis>(edges, count, grid);
  for (const end = edges + ((<usize>count) << 3); edges < end; edges += 8) {
    const edge = load<f64>(edges);
    store<f64>(work + ((<usize>gridCell<Axis>(edge, low, scale, <f64>(grid - 1))) << 3), edge);
  }
}

function add(cell: usize, amount: f64): void {
  store<f64>(cell, load<f64>(cell) + amount);
}

/** Adds the counters to the cells that they stand for: a grid cell with an edge is the last of its cell, and begins the next. */
function fold(grid: i32, work: usize, distinct: bool, cells: usize, unseen: usize): void {
  for (const end = work + ((<usize>grid) << 3); work < end; work += 8) {
    const here = i32x4.add(
      i32x4.add(v128.load64_zero(work, STRIDE), v128.load64_zero(work, 2 * STRIDE)),
      i32x4.add(v128.load64_zero(work, 3 * STRIDE), v128.load64_zero(work, 4 * STRIDE)),
    );
    add(distinct ? unseen : cells, <f64>(<u32>i32x4.extract_lane(here, 0)));
    const second = <f64>(<u32>i32x4.extract_lane(here, 1));
    // False for both that stand for no edge.
    const next = (<usize>(load<f64>(work) < Infinity)) << 3;
    add(distinct ? cells : cells + next, second);
    cells += next;
  }
}

/**
 * Counts values between edges, or if `distinct` by equality with them; `grid` is what `edgeCells` gave, 0 for a search.
 * `cells` has one entry a cell, followed by unseen, missing, minus infinity, plus infinity; all are added to, with a grid
 * by the last of several calls (parts.ts).
 *
 * NaN and minus infinity fall into the first cell, plus infinity into the last or second, from where they are taken again.
 */
export function countCells(
  values: usize,
  count: i32,
  edges: usize,
  edgeCount: i32,
  distinct: bool,
  grid: i32,
  work: usize,
  cells: usize,
  parts: i32,
): void {
  const last = cells + ((<usize>edgeCount) << 3);
  const extra = distinct ? last : last + 8;
  if (grid === 0) {
    countBySearch(values, count, edges, edgeCount, distinct, cells, extra);
    return;
  }
  const size = abs(grid);
  if (parts & FIRST) {
    const none = distinct ? NaN : Infinity;
    if (grid > 0) lay<f64>(edges, edgeCount, size, work, none);
    else lay<i64>(edges, edgeCount, size, work, none);
  }
  if (distinct) {
    if (grid > 0) tally<i64, f64>(values, count, edges, edgeCount, size, work, extra, extra, extra);
    else tally<i64, i64>(values, count, edges, edgeCount, size, work, extra, extra, extra);
  } else if (grid > 0) tally<f64, f64>(values, count, edges, edgeCount, size, work, cells, last, extra);
  else tally<f64, i64>(values, count, edges, edgeCount, size, work, cells, cells + 8, extra);
  if (parts & LAST) fold(size, work, distinct, cells, extra);
}

/**
 * Counts value by value: each bumps the first counter of its grid cell, or the second if it is above its grid cell's edge
 * (order is f64) or equal to it (order is i64): two instances, so that the loop does not ask. What is not finite is then
 * counted apart, and taken out of the cell where the grid has put it.
 */
function tally<Order, Axis>(
  values: usize,
  count: i32,
  edges: usize,
  edgeCount: i32,
  grid: i32,
  work: usize,
  first: usize,
  last: usize,
  extra: usize,
): void {
  const low = place<Axis>(load<f64>(edges));
  const scale = scaleOf<Axis>(edges, edgeCount, grid);
  for (let from: i32 = 0; from < count; from += BLOCK) {
    const here = min(BLOCK, count - from);
    const at = values + ((<usize>from) << 3);
    const finite = block<Order, Axis>(at, here, low, scale, <f64>(grid - 1), work);
    if (!finite) {
      const missing = load<f64>(extra, 8);
      const below = load<f64>(extra, 16);
      const above = load<f64>(extra, 24);
      countApart(at, here, extra + 8);
      add(first, missing - load<f64>(extra, 8) + (below - load<f64>(extra, 16)));
      add(last, above - load<f64>(extra, 24));
    }
  }
}

/** Two values' addresses of their grid cells, in the low halves. */
function addresses(scaled: v128, limit: v128, origin: v128): v128 {
  // pmax and pmin give their first operand for NaN: it goes to grid cell 0.
  return i64x2.shl(f64x2.add(f64x2.pmin(limit, f64x2.pmax(f64x2.splat(0), scaled)), origin), 3);
}

/** The hot loop. Returns whether every value was finite; false where they are so huge that their sum is not, too. */
function block<Order, Axis>(values: usize, count: i32, low: f64, scale: f64, most: f64, work: usize): bool {
  const limit = f64x2.splat(most);
  const shift = f64x2.splat(low);
  const factor = f64x2.splat(scale);
  const origin = f64x2.splat(TWO_52 + <f64>(work >> 3));
  const zero = f64x2.splat(0);
  let sum = zero;
  let at = values;
  for (const end = values + ((<usize>(count & ~3)) << 3); at < end; at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    let placeX = x;
    let placeY = y;
    if (!isFloat<Axis>()) {
      // As in `place`, four values at once; adding 0 makes 0 of -0.
      const bits = i32x4.shuffle(f64x2.add(x, zero), f64x2.add(y, zero), 1, 3, 5, 7);
      const order = v128.xor(bits, i32x4.shr_u(i32x4.shr_s(bits, 31), 1));
      placeX = f64x2.add(f64x2.convert_low_i32x4_s(order), f64x2.sub(x, x));
      placeY = f64x2.add(f64x2.convert_low_i32x4_s(i32x4.shuffle(order, order, 2, 3, 2, 3)), f64x2.sub(y, y));
    }
    const s = f64x2.mul(f64x2.sub(placeX, shift), factor);
    const r = f64x2.mul(f64x2.sub(placeY, shift), factor);
    sum = f64x2.add(sum, f64x2.add(s, r));
    const tx = addresses(s, limit, origin);
    const ty = addresses(r, limit, origin);
    const t0 = <usize>i32x4.extract_lane(tx, 0);
    const t1 = <usize>i32x4.extract_lane(tx, 2);
    const t2 = <usize>i32x4.extract_lane(ty, 0);
    const t3 = <usize>i32x4.extract_lane(ty, 2);
    const edge = v128.load64_lane(t1, v128.load64_splat(t0), 1);
    const other = v128.load64_lane(t3, v128.load64_splat(t2), 1);
    const over = isFloat<Order>() ? f64x2.gt(x, edge) : f64x2.eq(x, edge);
    const past = isFloat<Order>() ? f64x2.gt(y, other) : f64x2.eq(y, other);
    // Masks to bits: cheaper than taking the lanes apart.
    const bx = i64x2.bitmask(over);
    const by = i64x2.bitmask(past);
    const c0 = t0 + ((bx & 1) << 2);
    const c1 = t1 + ((bx & 2) << 1);
    const c2 = t2 + ((by & 1) << 2);
    const c3 = t3 + ((by & 2) << 1);
    store<u32>(c0, load<u32>(c0, STRIDE) + 1, STRIDE);
    store<u32>(c1, load<u32>(c1, 2 * STRIDE) + 1, 2 * STRIDE);
    store<u32>(c2, load<u32>(c2, 3 * STRIDE) + 1, 3 * STRIDE);
    store<u32>(c3, load<u32>(c3, 4 * STRIDE) + 1, 4 * STRIDE);
  }
  let total = f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1);
  for (const end = values + ((<usize>count) << 3); at < end; at += 8) {
    const x = load<f64>(at);
    total += x - x;
    const cell = work + ((<usize>gridCell<Axis>(x, low, scale, most)) << 3);
    const edge = load<f64>(cell);
    const over = isFloat<Order>() ? x > edge : x === edge;
    const counter = cell + ((<usize>over) << 2);
    store<u32>(counter, load<u32>(counter, STRIDE) + 1, STRIDE);
  }
  return total - total === 0;
}
