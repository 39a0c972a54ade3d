import { AT_ONCE, HALFWAY, logOf, logRatio, quotient, stepsBetween } from "./log";
import { both, pairAt } from "./pair";

/**
 * Population stability index: the sum over cells of (p - q) ln(p / q), p the reference's share and q the window's; the
 * symmetrised Kullback-Leibler divergence (Jeffreys 1946; Lewis 1994 for the name).
 *
 * Cells that are empty on both sides are dropped first. `kind` 0 adds `amount` to every kept count on both sides and
 * renormalises; 1 raises shares below `amount` to it; 2 does so and renormalises. Cost: one division for two cells, which
 * are done at once; what is dropped is a zero in its lane, so that nothing branches.
 * Edge cases: an empty side gives NaN; an empty cell without smoothing would be infinite, hence the smoothing.
 */
export function psi(a: usize, c: usize, cells: i32, kind: i32, amount: f64): f64 {
  countBoth(a, c, cells);
  if (n === 0 || m === 0) return NaN;
  // Without an amount, cells that are empty on one side are infinite, which only the floors look for.
  return kind === 0 && amount > 0 ? added(a, c, cells, amount) : raised(a, c, cells, amount, kind === 2);
}

function added(a: usize, c: usize, cells: i32, amount: f64): f64 {
  const more = f64x2.splat(amount);
  // On the scale of both sums no cell is divided.
  const all = n + amount * kept;
  const others = m + amount * kept;
  const toP = f64x2.splat(others);
  const toQ = f64x2.splat(all);
  let sums = f64x2.splat(0);
  for (let i: i32 = 0; i < cells;) {
    let to = HALFWAY;
    for (const stop = min(cells, i + AT_ONCE); i < stop; i += 2, to += 48) {
      const left = pairAt(a, i, cells);
      const right = pairAt(c, i, cells);
      const p = f64x2.mul(f64x2.add(left, more), toP);
      const q = f64x2.mul(f64x2.add(right, more), toQ);
      const steps = stepsBetween(p, q);
      const some = f64x2.ne(f64x2.add(left, right), f64x2.splat(0));
      v128.store(to, quotient(p, q, steps));
      v128.store(to, steps, 16);
      v128.store(to, v128.and(f64x2.sub(p, q), some), 32);
    }
    for (let at = HALFWAY; at < to; at += 48)
      sums = f64x2.add(sums, f64x2.mul(v128.load(at, 32), logOf(v128.load(at), v128.load(at, 16))));
  }
  return both(sums) / (all * others);
}

function raised(a: usize, c: usize, cells: i32, amount: f64, renormalise: bool): f64 {
  const least = f64x2.splat(amount);
  const ofP = f64x2.splat(n);
  const ofQ = f64x2.splat(m);
  const allP = f64x2.splat(renormalise ? floored(a, c, cells, n, amount) : 1);
  const allQ = f64x2.splat(renormalise ? floored(c, a, cells, m, amount) : 1);
  const zero = f64x2.splat(0);
  let sums = zero;
  for (let i: i32 = 0; i < cells; i += 2) {
    const left = pairAt(a, i, cells);
    const right = pairAt(c, i, cells);
    const p = f64x2.div(f64x2.pmax(f64x2.div(left, ofP), least), allP);
    const q = f64x2.div(f64x2.pmax(f64x2.div(right, ofQ), least), allQ);
    const endless = f64x2.eq(f64x2.pmin(p, q), zero);
    const finite = v128.bitselect(f64x2.splat(Infinity), term(p, q), endless);
    sums = f64x2.add(sums, v128.and(finite, f64x2.gt(f64x2.add(left, right), zero)));
  }
  return both(sums);
}

// inline
function term(p: v128, q: v128): v128 {
  return f64x2.mul(f64x2.sub(p, q), logRatio(p, q));
}

/** Rows on both sides, and how many cells are not empty on both. */
export let n: f64 = 0;
export let m: f64 = 0;
let kept: f64 = 0;
function countBoth(a: usize, c: usize, cells: i32): void {
  const zero = f64x2.splat(0);
  let ofA = zero;
  let ofC = zero;
  let used = i64x2.splat(0);
  for (let i: i32 = 0; i < cells; i += 2) {
    const left = pairAt(a, i, cells);
    const right = pairAt(c, i, cells);
    ofA = f64x2.add(ofA, left);
    ofC = f64x2.add(ofC, right);
    // A true lane is all ones, that is -1.
    used = i64x2.sub(used, f64x2.gt(f64x2.add(left, right), zero));
  }
  n = both(ofA);
  m = both(ofC);
  kept = <f64>(i64x2.extract_lane(used, 0) + i64x2.extract_lane(used, 1));
}

/** The sum of the shares of `a` after the small ones were raised, over the cells that are kept. */
function floored(a: usize, c: usize, cells: i32, rows: f64, amount: f64): f64 {
  let sums = f64x2.splat(0);
  for (let i: i32 = 0; i < cells; i += 2) {
    const left = pairAt(a, i, cells);
    const keep = f64x2.gt(f64x2.add(left, pairAt(c, i, cells)), f64x2.splat(0));
    const share = f64x2.pmax(f64x2.div(left, f64x2.splat(rows)), f64x2.splat(amount));
    sums = f64x2.add(sums, v128.and(share, keep));
  }
  return both(sums);
}
