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
  const allA = f64x2.splat(n);
  const allC = f64x2.splat(m);
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
    const rightR = f64x2.div(sumA, allA);
    const rightC = f64x2.div(sumC, allC);
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
  store<f64>(out, least);
  store<f64>(out + 8, Math.max(least, larger(high)));
}

/** The shares at the left borders of two cells: the one before the pair, and the pair's first. */
function before(previous: v128, shares: v128): v128 {
  return i8x16.shuffle(previous, shares, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23);
}

/** The largest gap at the borders alone: `low` of the above. */
export function largestGap(a: usize, c: usize, cells: i32): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  const allA = f64x2.splat(n);
  const allC = f64x2.splat(m);
  let sumA = f64x2.splat(0);
  let sumC = sumA;
  let gap = sumA;
  for (let i: i32 = 0; i < cells; i += 2) {
    sumA = upTo(sumA, pairAt(a, i, cells));
    sumC = upTo(sumC, pairAt(c, i, cells));
    gap = f64x2.pmax(gap, f64x2.abs(f64x2.sub(f64x2.div(sumA, allA), f64x2.div(sumC, allC))));
    sumA = last(sumA);
    sumC = last(sumC);
  }
  return larger(gap);
}
