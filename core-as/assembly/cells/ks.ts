import { larger, last, pairAt, upTo } from "./pair";
import { total } from "./sum";

/**
 * Kolmogorov-Smirnov gap between two samples of which only the counts in common cells are known: a certified interval.
 *
 * At cell borders both distribution functions are known exactly, so the largest gap there is a lower end. Inside a cell
 * one function can have taken its whole step before the other begins: that is the upper end. A cell that holds a single
 * value has no inside. Cost: one pass, two cells at a time. Edge cases: an empty side gives NaN.
 *
 * `single`: one byte a cell. `out`: low, high.
 */
export function ksCells(a: usize, c: usize, cells: i32, single: usize, out: usize): void {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) {
    store<f64>(out, NaN);
    store<f64>(out + 8, NaN);
    return;
  }
  // Distribution functions on the scale of n m, where they are whole numbers: the answer is rounded once.
  const toR = f64x2.splat(m);
  const toC = f64x2.splat(n);
  const zero = f64x2.splat(0);
  let sumA = zero;
  let sumC = zero;
  let lastR = zero;
  let lastC = zero;
  let low = zero;
  let high = zero;
  for (let i: i32 = 0; i < cells; i += 2) {
    sumA = upTo(sumA, pairAt(a, i, cells));
    sumC = upTo(sumC, pairAt(c, i, cells));
    const rightR = f64x2.mul(sumA, toR);
    const rightC = f64x2.mul(sumC, toC);
    low = f64x2.pmax(low, f64x2.abs(f64x2.sub(rightR, rightC)));
    const inside = f64x2.pmax(
      f64x2.sub(rightC, before(lastR, rightR)),
      f64x2.sub(rightR, before(lastC, rightC)),
    );
    const flags = single + <usize>i;
    const closed = i64x2.ne(
      i64x2.replace_lane(i64x2.splat(load<u8>(flags)), 1, i + 1 < cells ? load<u8>(flags, 1) : 1),
      i64x2.splat(0),
    );
    high = f64x2.pmax(high, v128.andnot(inside, closed));
    lastR = rightR;
    lastC = rightC;
    sumA = last(sumA);
    sumC = last(sumC);
  }
  const least = larger(low);
  store<f64>(out, least / (n * m));
  store<f64>(out + 8, Math.max(least, larger(high)) / (n * m));
}

/** The shares at the left borders of two cells: the one before the pair, and the pair's first. */
function before(previous: v128, shares: v128): v128 {
  return i8x16.shuffle(previous, shares, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}
