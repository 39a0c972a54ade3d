/**
 * Counting without a search: a uniform grid so fine that no grid cell holds two edges is laid over the edges. A value's
 * grid cell comes from one subtraction and one multiplication, and within it one comparison with its only edge decides.
 *
 * Exact, whatever rounding does to the grid: the map from value to grid cell is monotone, so an edge in a lower grid cell
 * is smaller than the value and one in a higher cell is not. Cost: about one nanosecond a value, whatever the number of
 * edges; laying and folding the grid costs its size. Edges that are so skewed that the grid would be huge have none.
 *
 * `work` has room for 44 bytes a grid cell: its edge (f64), the number of edges before it (i32), and four interleaved
 * histograms of two counters each (u32), which keep equal neighbours from waiting for one another's store.
 */
const LARGEST: i32 = 4096;
/** Added to a small non-negative double, leaves its rounded value in the low bits. */
const TWO_52: f64 = 4503599627370496.0;

function scaleOf(edges: usize, count: i32, grid: i32): f64 {
  return <f64>(grid - 1) / (load<f64>(edges + ((<usize>(count - 1)) << 3)) - load<f64>(edges));
}

function gridCell(x: f64, low: f64, scale: f64, last: f64): i32 {
  return <i32>(<u32>reinterpret<u64>(Math.min(last, Math.max(0, (x - low) * scale)) + TWO_52));
}

/** The size of the grid for these edges, or 0 where a search is better: fewer than two edges, or too skewed ones. */
export function edgeCells(edges: usize, count: i32): i32 {
  if (count < 2) return 0;
  const low = load<f64>(edges);
  let grid: i32 = 16;
  while (grid < 2 * count) grid <<= 1;
  for (; grid <= LARGEST; grid <<= 1) {
    const scale = scaleOf(edges, count, grid);
    // Too wide or too narrow for a double.
    if (!(scale > 0) || scale === Infinity) return 0;
    let before: i32 = -1;
    let i: i32 = 0;
    for (; i < count; i++) {
      const cell = gridCell(load<f64>(edges + ((<usize>i) << 3)), low, scale, <f64>(grid - 1));
      if (cell === before) break;
      before = cell;
    }
    if (i === count) return grid;
  }
  return 0;
}

/** Fills the grid's edges (`none` where a cell holds no edge) and the numbers of edges before; clears the counters. */
function lay(edges: usize, count: i32, grid: i32, work: usize, none: f64): void {
  const low = load<f64>(edges);
  const scale = scaleOf(edges, count, grid);
  const before = work + ((<usize>grid) << 3);
  memory.fill(before + ((<usize>grid) << 2), 0, (<usize>grid) << 5);
  let next: i32 = 0;
  for (let t: i32 = 0; t < grid; t++) {
    let edge = none;
    store<i32>(before + ((<usize>t) << 2), next);
    if (next < count) {
      const candidate = load<f64>(edges + ((<usize>next) << 3));
      if (gridCell(candidate, low, scale, <f64>(grid - 1)) === t) {
        edge = candidate;
        next++;
      }
    }
    store<f64>(work + ((<usize>t) << 3), edge);
  }
}

/** Adds the four histograms of counter `slot` (two a grid cell). */
function counted(grid: i32, work: usize, slot: i32): f64 {
  const counters = work + <usize>grid * 12 + ((<usize>slot) << 2);
  const size = (<usize>grid) << 3;
  return (
    <f64>load<u32>(counters) +
    <f64>load<u32>(counters + size) +
    <f64>load<u32>(counters + 2 * size) +
    <f64>load<u32>(counters + 3 * size)
  );
}

function bump(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** One value that is not finite: counted apart, and taken out of the cell that the grid has put it into. */
function apart(x: f64, cells: usize, last: usize, extra: usize): void {
  if (x - x === 0) return;
  const cell = x > 0 ? last : cells;
  store<f64>(cell, load<f64>(cell) - 1);
  const slot = extra + (x !== x ? 0 : x < 0 ? 8 : 16);
  store<f64>(slot, load<f64>(slot) + 1);
}

/** Like countEdges, over a grid. NaN and minus infinity fall into the first cell, plus infinity into the last: see `apart`. */
export function countByEdgeCells(
  values: usize,
  count: i32,
  edges: usize,
  edgeCount: i32,
  grid: i32,
  work: usize,
  cells: usize,
): void {
  lay(edges, edgeCount, grid, work, Infinity);
  const last = cells + ((<usize>edgeCount) << 3);
  tally(values, count, edges, edgeCount, grid, work, false, cells, last, last + 8);
  const before = work + ((<usize>grid) << 3);
  for (let t: i32 = 0; t < grid; t++) {
    const cell = cells + ((<usize>load<i32>(before + ((<usize>t) << 2))) << 3);
    store<f64>(cell, load<f64>(cell) + counted(grid, work, 2 * t));
    const above = counted(grid, work, 2 * t + 1);
    if (above > 0) store<f64>(cell + 8, load<f64>(cell + 8) + above);
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
  lay(distinct, distinctCount, grid, work, NaN);
  const extra = cells + ((<usize>distinctCount) << 3);
  const unseen = extra + 24;
  tally(values, count, distinct, distinctCount, grid, work, true, unseen, unseen, extra);
  const before = work + ((<usize>grid) << 3);
  for (let t: i32 = 0; t < grid; t++) {
    store<f64>(unseen, load<f64>(unseen) + counted(grid, work, 2 * t));
    const equal = counted(grid, work, 2 * t + 1);
    if (equal === 0) continue;
    const cell = cells + ((<usize>load<i32>(before + ((<usize>t) << 2))) << 3);
    store<f64>(cell, load<f64>(cell) + equal);
  }
}

/** The hot loop: every value bumps counter 2t, or 2t + 1 if it is above (equal to) its grid cell's edge. */
function tally(
  values: usize,
  count: i32,
  edges: usize,
  edgeCount: i32,
  grid: i32,
  work: usize,
  equality: bool,
  first: usize,
  last: usize,
  extra: usize,
): void {
  const low = load<f64>(edges);
  const scale = scaleOf(edges, edgeCount, grid);
  const limit = f64x2.splat(<f64>(grid - 1));
  const shift = f64x2.splat(low);
  const factor = f64x2.splat(scale);
  const magic = f64x2.splat(TWO_52);
  const zero = f64x2.splat(0);
  const size = (<usize>grid) << 3;
  const h0 = work + <usize>grid * 12;
  const h2 = h0 + 2 * size;
  let i: i32 = 0;
  for (; i + 3 < count; i += 4) {
    const at = values + ((<usize>i) << 3);
    const x = v128.load(at);
    const y = v128.load(at, 16);
    const s = f64x2.mul(f64x2.sub(x, shift), factor);
    const r = f64x2.mul(f64x2.sub(y, shift), factor);
    // pmax and pmin give their first operand for NaN: it goes to grid cell 0.
    const tx = f64x2.add(f64x2.pmin(limit, f64x2.pmax(zero, s)), magic);
    const ty = f64x2.add(f64x2.pmin(limit, f64x2.pmax(zero, r)), magic);
    const t0 = <usize>i32x4.extract_lane(tx, 0);
    const t1 = <usize>i32x4.extract_lane(tx, 2);
    const t2 = <usize>i32x4.extract_lane(ty, 0);
    const t3 = <usize>i32x4.extract_lane(ty, 2);
    const edge = v128.load64_lane(work + (t1 << 3), v128.load64_splat(work + (t0 << 3)), 1);
    const other = v128.load64_lane(work + (t3 << 3), v128.load64_splat(work + (t2 << 3)), 1);
    const over = equality ? f64x2.eq(x, edge) : f64x2.gt(x, edge);
    const past = equality ? f64x2.eq(y, other) : f64x2.gt(y, other);
    // A true lane is all ones, that is -1: subtracting it steps to the second counter.
    bump(h0 + (((t0 << 1) - <usize>i32x4.extract_lane(over, 0)) << 2));
    bump(h0 + size + (((t1 << 1) - <usize>i32x4.extract_lane(over, 2)) << 2));
    bump(h2 + (((t2 << 1) - <usize>i32x4.extract_lane(past, 0)) << 2));
    bump(h2 + size + (((t3 << 1) - <usize>i32x4.extract_lane(past, 2)) << 2));
    const odd = v128.or(f64x2.ne(f64x2.sub(x, x), zero), f64x2.ne(f64x2.sub(y, y), zero));
    if (v128.any_true(odd)) {
      for (let k: usize = 0; k < 32; k += 8) apart(load<f64>(at + k), first, last, extra);
    }
  }
  for (; i < count; i++) {
    const x = load<f64>(values + ((<usize>i) << 3));
    const s = (x - low) * scale;
    const t: i32 = s === s ? gridCell(x, low, scale, <f64>(grid - 1)) : 0;
    const edge = load<f64>(work + ((<usize>t) << 3));
    const over: i32 = equality ? <i32>(x === edge) : <i32>(x > edge);
    bump(h0 + ((<usize>(2 * t + over)) << 2));
    apart(x, first, last, extra);
  }
}
