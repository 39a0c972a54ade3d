import { inOrder, last, pairAt, upTo } from "./pair";
import { total } from "./sum";

/**
 * Anderson-Darling distance on cells: the squared gap between the two distribution functions at every inner edge, each
 * weighted by one over its variance u(1 - u) at the reference's cumulative share u, and by half the mass on both sides.
 *
 * Source: Anderson & Darling (1952), two-sample form of Pettitt (1976), on the reference's grid. Times nm/(n + m).
 * Cost: one pass, two edges at a time. Edge cases: edges where u is 0 or 1 do not count; an empty side gives NaN; one cell gives 0.
 */
export function adCells(a: usize, c: usize, cells: i32): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  const allA = f64x2.splat(n);
  const allC = f64x2.splat(m);
  const zero = f64x2.splat(0);
  const half = f64x2.splat(0.5);
  const one = f64x2.splat(1);
  let sumA = zero;
  let sumC = zero;
  let sum: f64 = 0;
  for (let i: i32 = 0; i + 1 < cells; i += 2) {
    const here = pairAt(a, i, cells);
    sumA = upTo(sumA, here);
    sumC = upTo(sumC, pairAt(c, i, cells));
    const u = f64x2.div(sumA, allA);
    const gap = f64x2.sub(u, f64x2.div(sumC, allC));
    const mass = f64x2.mul(half, f64x2.add(here, pairAt(a, i + 1, cells)));
    const weight = f64x2.div(mass, allA);
    const term = f64x2.div(f64x2.mul(f64x2.mul(gap, gap), weight), f64x2.mul(u, f64x2.sub(one, u)));
    // At the last border, which may share a pair with the last edge, all of the reference is counted.
    const counts = v128.and(f64x2.gt(sumA, zero), f64x2.lt(sumA, allA));
    sum = inOrder(sum, v128.and(term, counts));
    sumA = last(sumA);
    sumC = last(sumC);
  }
  return (sum * n * m) / (n + m);
}
