import { AT_ONCE, HALFWAY, logOf, quotient, stepsBetween } from "./log";
import { both, larger, last, pairAt, upTo } from "./pair";
import { total } from "./sum";

/**
 * Six divergences between two vectors of counts: Kullback-Leibler both ways (1951, nats), the square root of the
 * Jensen-Shannon divergence in bits (Lin 1991), Hellinger, total variation, and the largest difference of shares; and the
 * largest gap of the distribution functions at the borders of cells.
 *
 * Shares are brought to the scale of n m (a cell's p is its count times m, its q its count times n), so that no cell is
 * divided and proportional counts have equal shares to the last bit. Against their middle p and q have logarithms of
 * opposite signs, whose difference is the logarithm of p / q with all its digits: two a cell serve Jensen-Shannon and both
 * ways of Kullback-Leibler. Cost: two logarithms and two roots a cell, two cells at a time without a branch, in two passes:
 * one alone has more values alive than there are registers. See log.ts for why the first stops half the way. Edge cases: 0 ln 0 is 0; KL is infinite where its denominator
 * is empty and its numerator is not; an empty side gives NaN throughout.
 *
 * `out`: KL(R|C), KL(C|R), JS distance, Hellinger, total variation, largest difference, largest gap.
 */
export function divergences(a: usize, c: usize, cells: i32, out: usize): void {
  divergencesOf(a, c, cells, total(a, cells), total(c, cells), out);
}

/** The same where the sums n and m are known. */
export function divergencesOf(a: usize, c: usize, cells: i32, n: f64, m: f64, out: usize): void {
  logarithms(a, c, cells, n, m, out);
  gaps(a, c, cells, n, m, out + 24);
}

function logarithms(a: usize, c: usize, cells: i32, n: f64, m: f64, out: usize): void {
  const toP = f64x2.splat(m);
  const toQ = f64x2.splat(n);
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  let forward = zero;
  let backward = zero;
  let js = zero;
  for (let i: i32 = 0; i < cells;) {
    let to = HALFWAY;
    for (const stop = min(cells, i + AT_ONCE); i < stop; i += 2, to += 96) {
      const p = f64x2.mul(pairAt(a, i, cells), toP);
      const q = f64x2.mul(pairAt(c, i, cells), toQ);
      const whole = f64x2.add(p, q);
      const up = f64x2.add(p, p);
      const down = f64x2.add(q, q);
      const stepsUp = stepsBetween(up, whole);
      const stepsDown = stepsBetween(down, whole);
      v128.store(to, quotient(up, whole, stepsUp));
      v128.store(to, stepsUp, 16);
      v128.store(to, p, 32);
      v128.store(to, quotient(down, whole, stepsDown), 48);
      v128.store(to, stepsDown, 64);
      v128.store(to, q, 80);
    }
    for (let at = HALFWAY; at < to; at += 48) v128.store(at, logOf(v128.load(at), v128.load(at, 16)));
    for (let at = HALFWAY; at < to; at += 96) {
      const p = v128.load(at, 32);
      const q = v128.load(at, 80);
      const someP = f64x2.gt(p, zero);
      const someQ = f64x2.gt(q, zero);
      const above = v128.load(at);
      const below = v128.load(at, 48);
      const ratio = v128.bitselect(f64x2.sub(above, below), infinity, v128.and(someP, someQ));
      forward = f64x2.add(forward, v128.and(someP, f64x2.mul(p, ratio)));
      // Where the ratio is infinite, so is its other direction.
      const turned = v128.bitselect(f64x2.neg(ratio), infinity, someP);
      backward = f64x2.add(backward, v128.and(someQ, f64x2.mul(q, turned)));
      const upper = v128.and(someP, f64x2.mul(p, above));
      js = f64x2.add(js, f64x2.add(upper, v128.and(someQ, f64x2.mul(q, below))));
    }
  }
  const scale = n * m;
  store<f64>(out, scale > 0 ? both(forward) / scale : NaN);
  store<f64>(out + 8, scale > 0 ? both(backward) / scale : NaN);
  store<f64>(out + 16, Math.sqrt(Math.max(0, Math.min(1, both(js) / scale / (2.0 * Math.LN2)))));
}

function gaps(a: usize, c: usize, cells: i32, n: f64, m: f64, out: usize): void {
  const toP = f64x2.splat(m);
  const toQ = f64x2.splat(n);
  const zero = f64x2.splat(0);
  let hellinger = zero;
  let variation = zero;
  let most = zero;
  let widest = zero;
  let sumA = zero;
  let sumC = zero;
  for (let i: i32 = 0; i < cells; i += 2) {
    const left = pairAt(a, i, cells);
    const right = pairAt(c, i, cells);
    const p = f64x2.mul(left, toP);
    const q = f64x2.mul(right, toQ);
    const root = f64x2.sub(f64x2.sqrt(p), f64x2.sqrt(q));
    const gap = f64x2.abs(f64x2.sub(p, q));
    hellinger = f64x2.add(hellinger, f64x2.mul(root, root));
    variation = f64x2.add(variation, gap);
    most = f64x2.pmax(most, gap);
    sumA = upTo(sumA, left);
    sumC = upTo(sumC, right);
    widest = f64x2.pmax(widest, f64x2.abs(f64x2.sub(f64x2.mul(sumA, toP), f64x2.mul(sumC, toQ))));
    sumA = last(sumA);
    sumC = last(sumC);
  }
  // 0 / 0, which is NaN, where a side is empty.
  const scale = n * m;
  store<f64>(out, Math.min(1, Math.sqrt((0.5 * both(hellinger)) / scale)));
  store<f64>(out + 8, (0.5 * both(variation)) / scale);
  store<f64>(out + 16, larger(most) / scale);
  store<f64>(out + 24, larger(widest) / scale);
}
