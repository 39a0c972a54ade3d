/**
 * Counting without a search: a uniform grid so fine that no grid cell holds two edges is laid over the edges. A value's
 * grid cell comes from one subtraction and one multiplication, and within it one comparison with its only edge decides.
 *
 * Exact, whatever rounding does to the grid: the map from value to grid cell is monotone, so an edge in a lower grid cell
 * is smaller than the value and one in a higher cell is not. Cost: about one nanosecond a value, whatever the number of
 * edges; laying and folding the grid costs its size. Skewed edges, for which an even grid would be huge, have one over the
 * bits of a double instead (1.3 nanoseconds a value); edges that it does not separate either have none.
 *
 * `work` has room for `WORK` bytes: the grid's edges (f64), four interleaved histograms of two counters a grid cell
 * (u32), which keep equal neighbours from waiting for one another's store, and the number of edges before each grid cell
 * (i32). They lie at fixed distances, so that one address serves them all; with an odd number of cache lines between, so
 * that they do not alias.
 */
import { countApart } from "./apart";

const LARGEST: i32 = 4096;
/** Up to here a grid and its counters lie in the nearest cache. */
const SMALL: i32 = 1024;
/** From one part of `work` to the next: eight bytes for each of `LARGEST` cells, and 13 cache lines. */
const STRIDE: usize = 33600;
/** After the grid's edges and the four histograms. */
const BEFORE: usize = 5 * STRIDE;
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

/** Fills the grid's edges (`none` where a cell holds no edge) and the numbers of edges before; clears the counters. */
function lay<Axis>(edges: usize, count: i32, grid: i32, work: usize, none: f64): void {
  const low = place<Axis>(load<f64>(edges));
  const scale = scaleOf<Axis>(edges, count, grid);
  let next: i32 = 0;
  for (let t: i32 = 0; t < grid; t++) {
    let edge = none;
    const at = work + ((<usize>t) << 3);
    store<i32>(at, next, BEFORE);
    for (let way: usize = STRIDE; way < BEFORE; way += STRIDE) store<u64>(at + way, 0);
    if (next < count) {
      const candidate = load<f64>(edges + ((<usize>next) << 3));
      if (gridCell<Axis>(candidate, low, scale, <f64>(grid - 1)) === t) {
        edge = candidate;
        next++;
      }
    }
    store<f64>(at, edge);
  }
}

/** Adds the four histograms of the counter at `at`. */
function counted(at: usize): f64 {
  return (
    <f64>load<u32>(at, STRIDE) +
    <f64>load<u32>(at, 2 * STRIDE) +
    <f64>load<u32>(at, 3 * STRIDE) +
    <f64>load<u32>(at, 4 * STRIDE)
  );
}

function add(cell: usize, amount: f64): void {
  store<f64>(cell, load<f64>(cell) + amount);
}

/** Like countEdges, over a grid. NaN and minus infinity fall into the first cell, plus infinity into the last or second. */
export function countByEdgeCells(
  values: usize,
  count: i32,
  edges: usize,
  edgeCount: i32,
  grid: i32,
  work: usize,
  cells: usize,
): void {
  const last = cells + ((<usize>edgeCount) << 3);
  if (grid > 0) tally<f64, f64>(values, count, edges, edgeCount, grid, work, Infinity, cells, last, last + 8);
  else tally<f64, i64>(values, count, edges, edgeCount, -grid, work, Infinity, cells, cells + 8, last + 8);
  const size = abs(grid);
  for (let t: i32 = 0; t < size; t++) {
    const at = work + ((<usize>t) << 3);
    const cell = cells + ((<usize>load<i32>(at, BEFORE)) << 3);
    add(cell, counted(at));
    const above = counted(at + 4);
    if (above > 0) add(cell + 8, above);
  }
}

/** Like countDistinct, over a grid: what equals its grid cell's value is counted there, the rest is unseen. */
export function countDistinctByEdgeCells(
  values: usize,
  count: i32,
  distinct: usize,
  distinctCount: i32,
  grid: i32,
  work: usize,
  cells: usize,
): void {
  const extra = cells + ((<usize>distinctCount) << 3);
  const unseen = extra + 24;
  if (grid > 0)
    tally<i64, f64>(values, count, distinct, distinctCount, grid, work, NaN, unseen, unseen, extra);
  else tally<i64, i64>(values, count, distinct, distinctCount, -grid, work, NaN, unseen, unseen, extra);
  const size = abs(grid);
  for (let t: i32 = 0; t < size; t++) {
    const at = work + ((<usize>t) << 3);
    add(unseen, counted(at));
    const equal = counted(at + 4);
    if (equal > 0) add(cells + ((<usize>load<i32>(at, BEFORE)) << 3), equal);
  }
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
  none: f64,
  first: usize,
  last: usize,
  extra: usize,
): void {
  lay<Axis>(edges, edgeCount, grid, work, none);
  const low = place<Axis>(load<f64>(edges));
  const scale = scaleOf<Axis>(edges, edgeCount, grid);
  for (let from: i32 = 0; from < count; from += BLOCK) {
    const here = min(BLOCK, count - from);
    const at = values + ((<usize>from) << 3);
    const finite = block<Order, Axis>(at, here, low, scale, <f64>(grid - 1), work);
    if (!finite) {
      const missing = load<f64>(extra);
      const below = load<f64>(extra, 8);
      const above = load<f64>(extra, 16);
      countApart(at, here, extra);
      add(first, missing - load<f64>(extra) + (below - load<f64>(extra, 8)));
      add(last, above - load<f64>(extra, 16));
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
