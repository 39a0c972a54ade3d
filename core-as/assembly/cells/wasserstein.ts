import { inOrder, last, pairAt, upTo } from "./pair";
import { total } from "./sum";

/**
 * First Wasserstein distance on cells: the gap of the distribution functions at every inner edge times a fixed width
 * that the reference gave that edge. In the feature's unit. Source: Vallender (1974), as a sum.
 * Cost: one pass, two edges at a time. Edge cases: an empty side gives NaN; one cell gives 0.
 */
export function wassersteinCells(a: usize, c: usize, cells: i32, widths: usize): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  const allA = f64x2.splat(n);
  const allC = f64x2.splat(m);
  let sumA = f64x2.splat(0);
  let sumC = sumA;
  let sum: f64 = 0;
  for (let i: i32 = 0; i + 1 < cells; i += 2) {
    sumA = upTo(sumA, pairAt(a, i, cells));
    sumC = upTo(sumC, pairAt(c, i, cells));
    const gap = f64x2.sub(f64x2.div(sumA, allA), f64x2.div(sumC, allC));
    // The last border is no edge and has no width: its lane is 0.
    const each = pairAt(widths, i, cells - 1);
    sum = inOrder(sum, f64x2.mul(f64x2.abs(gap), each));
    sumA = last(sumA);
    sumC = last(sumC);
  }
  return sum;
}
