import { logPair } from "./log";
import { inOrder, pairAt } from "./pair";
import { total } from "./sum";

/**
 * Population stability index: the sum over cells of (p - q) ln(p / q), p the reference's share and q the window's; the
 * symmetrised Kullback-Leibler divergence (Jeffreys 1946; Lewis 1994 for the name).
 *
 * Cells that are empty on both sides are dropped first. `kind` 0 adds `amount` to every kept count on both sides and
 * renormalises; 1 raises shares below `amount` to it; 2 does so and renormalises. Cost: one logarithm a cell,
 * two cells at a time; what is dropped is a zero in its lane, so that nothing branches.
 * Edge cases: an empty side gives NaN; an empty cell without smoothing would be infinite, hence the smoothing.
 */
export function psi(a: usize, c: usize, cells: i32, kind: i32, amount: f64): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  const zero = f64x2.splat(0);
  const add = kind === 0 ? f64x2.splat(amount) : zero;
  const least = kind === 0 ? zero : f64x2.splat(amount);
  let allA = n;
  let allC = m;
  let scaleP: f64 = 1;
  let scaleQ: f64 = 1;
  if (kind === 0) {
    const added = amount * keptCells(a, c, cells);
    allA += added;
    allC += added;
  } else if (kind === 2) {
    scaleP = floored(a, c, cells, n, amount);
    scaleQ = floored(c, a, cells, m, amount);
  }
  let sum: f64 = 0;
  for (let i: i32 = 0; i < cells; i += 2) {
    const ai = pairAt(a, i, cells);
    const ci = pairAt(c, i, cells);
    let p = f64x2.div(f64x2.add(ai, add), f64x2.splat(allA));
    let q = f64x2.div(f64x2.add(ci, add), f64x2.splat(allC));
    if (kind !== 0) {
      p = f64x2.div(f64x2.pmax(p, least), f64x2.splat(scaleP));
      q = f64x2.div(f64x2.pmax(q, least), f64x2.splat(scaleQ));
    }
    const keep = f64x2.gt(f64x2.add(ai, ci), zero);
    const term = f64x2.mul(f64x2.sub(p, q), logPair(f64x2.div(p, q)));
    const endless = f64x2.eq(f64x2.pmin(p, q), zero);
    sum = inOrder(sum, v128.and(v128.bitselect(f64x2.splat(Infinity), term, endless), keep));
  }
  return sum;
}

/** How many cells are not empty on both sides. */
function keptCells(a: usize, c: usize, cells: i32): f64 {
  let kept = i64x2.splat(0);
  for (let i: i32 = 0; i < cells; i += 2)
    kept = i64x2.sub(kept, f64x2.gt(f64x2.add(pairAt(a, i, cells), pairAt(c, i, cells)), f64x2.splat(0)));
  return <f64>(i64x2.extract_lane(kept, 0) + i64x2.extract_lane(kept, 1));
}

/** The sum of the shares of `a` after the small ones were raised, over the cells that are kept. */
function floored(a: usize, c: usize, cells: i32, n: f64, amount: f64): f64 {
  let sum: f64 = 0;
  for (let i: i32 = 0; i < cells; i += 2) {
    const ai = pairAt(a, i, cells);
    const keep = f64x2.gt(f64x2.add(ai, pairAt(c, i, cells)), f64x2.splat(0));
    const share = f64x2.pmax(f64x2.div(ai, f64x2.splat(n)), f64x2.splat(amount));
    sum = inOrder(sum, v128.and(share, keep));
  }
  return sum;
}
