import { logRatio } from "./log";
import { both, larger, pairAt } from "./pair";
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
  // Divided and not multiplied by a reciprocal: proportional counts have equal shares, to the last bit.
  const ofP = f64x2.splat(n);
  const ofQ = f64x2.splat(m);
  const zero = f64x2.splat(0);
  const infinity = f64x2.splat(Infinity);
  let forward = zero;
  let backward = zero;
  let js = zero;
  let hellinger = zero;
  let variation = zero;
  let most = zero;
  for (let i: i32 = 0; i < cells; i += 2) {
    const p = f64x2.div(pairAt(a, i, cells), ofP);
    const q = f64x2.div(pairAt(c, i, cells), ofQ);
    const someP = f64x2.gt(p, zero);
    const someQ = f64x2.gt(q, zero);
    const whole = f64x2.add(p, q);
    const ratio = v128.bitselect(logRatio(p, q), infinity, v128.and(someP, someQ));
    forward = f64x2.add(forward, v128.and(someP, f64x2.mul(p, ratio)));
    // Where the ratio is infinite, so is its other direction.
    backward = f64x2.add(
      backward,
      v128.and(someQ, f64x2.mul(q, v128.bitselect(f64x2.neg(ratio), infinity, someP))),
    );
    js = f64x2.add(js, v128.and(someP, f64x2.mul(p, logRatio(f64x2.add(p, p), whole))));
    js = f64x2.add(js, v128.and(someQ, f64x2.mul(q, logRatio(f64x2.add(q, q), whole))));
    const root = f64x2.sub(f64x2.sqrt(p), f64x2.sqrt(q));
    const gap = f64x2.abs(f64x2.sub(p, q));
    hellinger = f64x2.add(hellinger, f64x2.mul(root, root));
    variation = f64x2.add(variation, gap);
    most = f64x2.pmax(most, gap);
  }
  const none = n === 0 || m === 0;
  store<f64>(out, none ? NaN : both(forward));
  store<f64>(out + 8, none ? NaN : both(backward));
  store<f64>(out + 16, none ? NaN : Math.sqrt(Math.max(0, Math.min(1, (0.5 * both(js)) / Math.LN2))));
  store<f64>(out + 24, none ? NaN : Math.min(1, Math.sqrt(0.5 * both(hellinger))));
  store<f64>(out + 32, none ? NaN : 0.5 * both(variation));
  store<f64>(out + 40, none ? NaN : larger(most));
}
