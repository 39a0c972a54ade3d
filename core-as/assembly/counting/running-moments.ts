/**
 * Moments of finite values, added to those of the values before: what a profile needs beside its counts.
 *
 * Blocks of a few kilobytes are read twice while they lie in the first-level cache, for their mean and then for the
 * squared deviations from it, less what the rounding of the mean has added; blocks are merged by the formulas of Chan,
 * Golub & LeVeque (1983), in order. Cost: one read from memory. Edge cases: what is not finite is passed over; squares that
 * leave the range of a double leave an infinite sum.
 *
 * `state` (f64 each, added to): count, a shift (the first block's mean), the mean less the shift, minimum, maximum, sum of
 * squared deviations; begins as 0, 0, 0, Infinity, -Infinity, 0.
 */
export function addMoments(values: usize, count: i32, state: usize): void {
  const end = values + ((<usize>count) << 3);
  // An odd last value is read with its neighbour, which as NaN does not count; behind every array is room for it.
  store<f64>(end, NaN);
  for (; values < end; values += BLOCK) addBlock(values, min<usize>(BLOCK, (end - values + 8) & ~15), state);
}

/** As many values as come at once (blockValues in kernel/arena.ts). */
const BLOCK: usize = 3840;

function addBlock(values: usize, bytes: usize, state: usize): void {
  const zero = f64x2.splat(0);
  const end = values + bytes;
  let left = i64x2.splat(0);
  let sums = zero;
  let low = f64x2.splat(load<f64>(state, 24));
  let high = f64x2.splat(load<f64>(state, 32));
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    // All ones where a lane is not finite: x - x is NaN there.
    const rest = f64x2.sub(x, x);
    const out = f64x2.ne(rest, rest);
    left = i64x2.add(left, out);
    sums = f64x2.add(sums, v128.andnot(x, out));
    // All ones are a NaN, which pmin and pmax pass over.
    const some = v128.or(x, out);
    low = f64x2.pmin(low, some);
    high = f64x2.pmax(high, some);
  }
  // A true lane is -1.
  const here = <f64>(i64x2.extract_lane(left, 0) + i64x2.extract_lane(left, 1) + <i64>(bytes >> 3));
  if (here === 0) return;
  const mean = (f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1)) / here;
  const centre = f64x2.splat(mean);
  let squares = zero;
  let slips = zero;
  for (let at = values; at < end; at += 16) {
    const x = v128.load(at);
    const rest = f64x2.sub(x, x);
    const deviation = v128.andnot(f64x2.sub(x, centre), f64x2.ne(rest, rest));
    slips = f64x2.add(slips, deviation);
    squares = f64x2.add(squares, f64x2.mul(deviation, deviation));
  }
  const slip = f64x2.extract_lane(slips, 0) + f64x2.extract_lane(slips, 1);
  const square = f64x2.extract_lane(squares, 0) + f64x2.extract_lane(squares, 1) - (slip * slip) / here;

  const before = load<f64>(state);
  if (before === 0) store<f64>(state, mean, 8);
  const all = before + here;
  // Near the shift differences of means are exact, where the means themselves are rounded.
  const apart = mean - load<f64>(state, 8) + slip / here - load<f64>(state, 16);
  store<f64>(state, all);
  store<f64>(state, load<f64>(state, 16) + (apart * here) / all, 16);
  store<f64>(state, load<f64>(state, 40) + square + apart * apart * ((before * here) / all), 40);
  store<f64>(state, Math.min(f64x2.extract_lane(low, 0), f64x2.extract_lane(low, 1)), 24);
  store<f64>(state, Math.max(f64x2.extract_lane(high, 0), f64x2.extract_lane(high, 1)), 32);
}
