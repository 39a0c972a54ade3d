/**
 * Count, mean, population variance, minimum and maximum of the finite values, with missing and infinities apart.
 *
 * Two passes in two SIMD lanes: compensated sums with the extremes, then squared deviations with the correction of Chan,
 * Golub & LeVeque (1983), in a fixed order, so the bits are the same on every engine. Cost: two reads a value. Edge cases:
 * no finite value gives NaN; one gives variance 0; huge values are summed again at 2^-600 of their scale.
 *
 * `out`: count, missing, minus infinity, plus infinity, mean, variance, minimum, maximum (f64 each).
 */
import { countApart } from "./apart";

export function moments(values: usize, count: i32, out: usize): void {
  // An odd last value is read with its neighbour, which as NaN does not count; behind every array is room for it.
  const end = values + ((<usize>count) << 3);
  store<f64>(end, NaN);
  firstPass(values, end, 1.0);
  for (let at: usize = 8; at <= 24; at += 8) store<f64>(out + at, 0);
  if (finite < <f64>count) countApart(values, count, out + 8);
  const none = finite === 0;
  store<f64>(out, finite);
  store<f64>(out + 48, none ? NaN : least);
  store<f64>(out + 56, none ? NaN : most);
  let mean: f64 = NaN;
  let variance: f64 = NaN;
  if (least === most) {
    mean = least;
    variance = 0;
  } else if (!none) {
    let scale: f64 = 1;
    // Sums and squares of huge values would leave the range of a double.
    if (Math.max(-least, most) > 1e140) {
      scale = 2.409919865102884e-181; // 2^-600
      firstPass(values, end, scale);
    }
    mean = sum / finite;
    variance = squaredDeviations(values, end, mean, scale) / finite;
    mean = mean / scale;
    variance = variance / scale / scale;
  }
  store<f64>(out + 32, mean);
  store<f64>(out + 40, variance);
}

/** What the first pass finds. */
let finite: f64 = 0;
let sum: f64 = 0;
let least: f64 = Infinity;
let most: f64 = -Infinity;

/**
 * Lanes that are finite keep their value, the others become 0: x - x is 0 for finite x and NaN otherwise. What each
 * addition rounds off is kept and added at the end (Knuth's TwoSum, without branches).
 */
function firstPass(values: usize, end: usize, scale: f64): void {
  const factor = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  let sums = zero;
  let lost = zero;
  let low = infinity;
  let high = f64x2.splat(-Infinity);
  let kept = i64x2.splat(0);
  for (; values < end; values += 16) {
    const x = f64x2.mul(v128.load(values), factor);
    const rest = f64x2.sub(x, x);
    const keep = f64x2.eq(rest, rest);
    kept = i64x2.sub(kept, keep);
    // Where nothing is kept all ones, a NaN, which pmin and pmax pass over.
    const some = v128.or(x, v128.not(keep));
    low = f64x2.pmin(low, some);
    high = f64x2.pmax(high, some);
    const v = v128.and(x, keep);
    const next = f64x2.add(sums, v);
    const part = f64x2.sub(next, sums);
    lost = f64x2.add(lost, f64x2.add(f64x2.sub(sums, f64x2.sub(next, part)), f64x2.sub(v, part)));
    sums = next;
  }
  const one = f64x2.extract_lane(sums, 0);
  const other = f64x2.extract_lane(sums, 1);
  const both = one + other;
  const part = both - one;
  const rest = one - (both - part) + (other - part);
  finite = <f64>(i64x2.extract_lane(kept, 0) + i64x2.extract_lane(kept, 1));
  sum = both + (rest + f64x2.extract_lane(lost, 0) + f64x2.extract_lane(lost, 1));
  least = Math.min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1));
  most = Math.max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1));
}

/** The sum of squared deviations, less what the rounding of the mean has added to it. */
function squaredDeviations(values: usize, end: usize, centre: f64, scale: f64): f64 {
  const shift = f64x2.splat(centre);
  const factor = f64x2.splat(scale);
  const zero = f64x2.splat(0);
  let squares = zero;
  let slips = zero;
  for (; values < end; values += 16) {
    const x = v128.load(values);
    const rest = f64x2.sub(x, x);
    const deviation = v128.and(f64x2.sub(f64x2.mul(x, factor), shift), f64x2.eq(rest, rest));
    slips = f64x2.add(slips, deviation);
    squares = f64x2.add(squares, f64x2.mul(deviation, deviation));
  }
  const slip = f64x2.extract_lane(slips, 0) + f64x2.extract_lane(slips, 1);
  const square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1);
  return Math.max(0, square - (slip * slip) / finite);
}
