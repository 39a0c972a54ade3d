import { logPair } from "./log";
import { inOrder, larger, pairAt } from "./pair";
import { total } from "./sum";

/**
 * Six divergences between two vectors of counts in one pass: Kullback-Leibler both ways (1951, nats), the square root of
 * the Jensen-Shannon divergence in bits (Lin 1991), Hellinger, total variation, and the largest difference of shares.
 *
 * With s and l the smaller and the larger share of a cell, ln(s / l) is both ways' logarithm but for its sign.
 * Jensen-Shannon has two of its own: sharing that one loses half the digits where the sides are all but equal.
 * Cost: three logarithms a cell, two cells at a time without a branch. Edge cases: 0 ln 0 is 0; KL is infinite where its
 * denominator is empty and its numerator is not; an empty side gives NaN throughout.
 *
 * `out`: KL(R|C), KL(C|R), JS distance, Hellinger, total variation, largest difference.
 */
export function divergences(a: usize, c: usize, cells: i32, out: usize): void {
  const n = total(a, cells);
  const m = total(c, cells);
  const allA = f64x2.splat(n);
  const allC = f64x2.splat(m);
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  const tiny = f64x2.splat(1e-300); // what empty cells are divided by
  let forward: f64 = 0;
  let backward: f64 = 0;
  let js: f64 = 0;
  let hellinger: f64 = 0;
  let variation: f64 = 0;
  let most = zero;
  for (let i: i32 = 0; i < cells; i += 2) {
    const p = f64x2.div(pairAt(a, i, cells), allA);
    const q = f64x2.div(pairAt(c, i, cells), allC);
    const small = f64x2.pmin(p, q);
    const large = f64x2.pmax(p, q);
    const both = f64x2.add(p, q);
    const ratio = logPair(f64x2.div(small, f64x2.pmax(tiny, large)));
    const divisor = f64x2.pmax(tiny, both);
    const ofP = f64x2.mul(p, logPair(f64x2.div(f64x2.add(p, p), divisor)));
    const ofQ = f64x2.mul(q, logPair(f64x2.div(f64x2.add(q, q), divisor)));
    // ln(p / q): the sign turns where p is the larger share.
    const signed = v128.xor(ratio, v128.and(f64x2.gt(p, q), f64x2.splat(-0.0)));
    const oneEmpty = f64x2.eq(small, zero);
    const there = f64x2.mul(p, signed);
    const back = f64x2.mul(q, f64x2.neg(signed));
    forward = inOrder(forward, v128.bitselect(infinity, there, v128.and(oneEmpty, f64x2.gt(p, zero))));
    backward = inOrder(backward, v128.bitselect(infinity, back, v128.and(oneEmpty, f64x2.gt(q, zero))));
    js = js + f64x2.extract_lane(ofP, 0) + f64x2.extract_lane(ofQ, 0);
    js = js + f64x2.extract_lane(ofP, 1) + f64x2.extract_lane(ofQ, 1);
    const root = f64x2.sub(f64x2.sqrt(p), f64x2.sqrt(q));
    const gap = f64x2.sub(large, small);
    hellinger = inOrder(hellinger, f64x2.mul(root, root));
    variation = inOrder(variation, gap);
    most = f64x2.pmax(most, gap);
  }
  const none = n === 0 || m === 0;
  store<f64>(out, none ? NaN : forward);
  store<f64>(out + 8, none ? NaN : backward);
  store<f64>(out + 16, none ? NaN : Math.sqrt(Math.max(0, Math.min(1, (0.5 * js) / Math.LN2))));
  store<f64>(out + 24, none ? NaN : Math.min(1, Math.sqrt(0.5 * hellinger)));
  store<f64>(out + 32, none ? NaN : 0.5 * variation);
  store<f64>(out + 40, none ? NaN : larger(most));
}
