/**
 * Counts values into bins of equal width: the bin of x is the floor of (x - low) * (bins / (high - low)), at most the last,
 * for low <= x <= high. Bins are closed on the left, the last one on both sides, as numpy.histogram has them (which also
 * compares with its rounded edges, so that a value within rounding of an edge can fall on the other side of it there).
 *
 * The floor plus 2^50 has the bin's counter in its low bits, so that nothing is converted. Four interleaved histograms keep equal
 * neighbours from waiting for one another's store. What is missing or outside is moved to the nearest end, and a block in
 * which anything was moved is looked through once more. Cost: half a nanosecond a value, or one where some are outside.
 * Edge cases: the caller sees to it that bins / (high - low) is a positive double; NaN and infinities are counted apart.
 *
 * `work` has room for four histograms; see parts.ts for `parts`. `cells` has one entry a bin, followed by missing, minus infinity, plus infinity,
 * below, above; all are added to.
 */
import { countApart } from "./apart";
import { FIRST, LAST } from "./parts";

/** The lowest bit of the mantissa of 2^50 is a quarter: behind it a whole number stands times four, as counters (u32) lie. */
const TWO_50: f64 = 1125899906842624.0;
/** A histogram (u32) of 8192 bins and one more, with an odd number of cache lines from one to the next. */
const STRIDE: usize = 33600;
/** Values between two looks for any that is missing or outside. */
const BLOCK: i32 = 512;

export function countEqualWidth(
  values: usize,
  count: i32,
  low: f64,
  high: f64,
  bins: i32,
  work: usize,
  cells: usize,
  parts: i32,
): void {
  if (parts & FIRST)
    for (let way: usize = 0; way < 4 * STRIDE; way += STRIDE)
      memory.fill(work + way, 0, (<usize>(bins + 1)) << 2);
  const extra = cells + ((<usize>bins) << 3);
  const last = extra - 8;
  for (let from: i32 = 0; from < count; from += BLOCK) {
    const at = values + ((<usize>from) << 3);
    const here = min(BLOCK, count - from);
    if (tally(at, here, low, high, <f64>bins / (high - low), work)) continue;
    const missing = load<f64>(extra);
    const negInf = load<f64>(extra, 8);
    const posInf = load<f64>(extra, 16);
    countApart(at, here, extra);
    const outside = countOutside(at, here, low, high);
    const below = <f64>i64x2.extract_lane(outside, 0);
    const above = <f64>i64x2.extract_lane(outside, 1);
    add(extra + 24, below - (load<f64>(extra, 8) - negInf));
    add(extra + 32, above - (load<f64>(extra, 16) - posInf));
    add(cells, missing - load<f64>(extra) - below);
    add(last, -above);
  }
  if ((parts & LAST) === 0) return;
  // The high end itself, and what rounding puts there, has a counter behind the last bin.
  for (let i: i32 = 0; i <= bins; i++) {
    const at = work + ((<usize>i) << 2);
    add(
      min(last, cells + ((<usize>i) << 3)),
      <f64>load<u32>(at) +
        <f64>load<u32>(at, STRIDE) +
        <f64>load<u32>(at, 2 * STRIDE) +
        <f64>load<u32>(at, 3 * STRIDE),
    );
  }
}

/** The hot loop. Returns whether no value was missing or outside. */
function tally(values: usize, count: i32, low: f64, high: f64, scale: f64, work: usize): bool {
  const bottom = f64x2.splat(low);
  const top = f64x2.splat(high);
  const factor = f64x2.splat(scale);
  const origin = f64x2.splat(TWO_50 + <f64>(work >> 2));
  let moved = i64x2.splat(0);
  let at = values;
  for (const end = values + ((<usize>(count & ~3)) << 3); at < end; at += 32) {
    const x = v128.load(at);
    const y = v128.load(at, 16);
    // pmax gives its first operand for NaN.
    const u = f64x2.pmin(top, f64x2.pmax(bottom, x));
    const v = f64x2.pmin(top, f64x2.pmax(bottom, y));
    moved = v128.or(moved, v128.or(v128.xor(x, u), v128.xor(y, v)));
    const s = f64x2.floor(f64x2.mul(f64x2.sub(u, bottom), factor));
    const r = f64x2.floor(f64x2.mul(f64x2.sub(v, bottom), factor));
    // The counters' addresses, in the low halves.
    const tx = f64x2.add(s, origin);
    const ty = f64x2.add(r, origin);
    const t0 = <usize>i32x4.extract_lane(tx, 0);
    const t1 = <usize>i32x4.extract_lane(tx, 2);
    const t2 = <usize>i32x4.extract_lane(ty, 0);
    const t3 = <usize>i32x4.extract_lane(ty, 2);
    store<u32>(t0, load<u32>(t0) + 1);
    store<u32>(t1, load<u32>(t1, STRIDE) + 1, STRIDE);
    store<u32>(t2, load<u32>(t2, 2 * STRIDE) + 1, 2 * STRIDE);
    store<u32>(t3, load<u32>(t3, 3 * STRIDE) + 1, 3 * STRIDE);
  }
  for (const end = values + ((<usize>count) << 3); at < end; at += 8) {
    const x = v128.load64_splat(at);
    const u = f64x2.pmin(top, f64x2.pmax(bottom, x));
    moved = v128.or(moved, v128.xor(x, u));
    const s = f64x2.floor(f64x2.mul(f64x2.sub(u, bottom), factor));
    const t = <usize>i32x4.extract_lane(f64x2.add(s, origin), 0);
    store<u32>(t, load<u32>(t) + 1);
  }
  return !v128.any_true(moved);
}

/** Values below and above the ends, the infinite ones too. */
function countOutside(values: usize, count: i32, low: f64, high: f64): v128 {
  const ends = f64x2.replace_lane(f64x2.splat(low), 1, -high);
  const sign = i64x2.replace_lane(i64x2.splat(0), 1, i64.MIN_VALUE);
  let found = i64x2.splat(0);
  const end = values + ((<usize>count) << 3);
  // One value is compared with both ends at once: x < low, -x < -high.
  for (let at = values; at < end; at += 8)
    found = i64x2.sub(found, f64x2.lt(v128.xor(v128.load64_splat(at), sign), ends));
  return found;
}

function add(cell: usize, amount: f64): void {
  store<f64>(cell, load<f64>(cell) + amount);
}
