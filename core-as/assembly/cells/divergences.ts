import { total } from "./sum";

/**
 * Six divergences between two vectors of counts in one pass: Kullback-Leibler both ways (1951, nats), the square root of
 * the Jensen-Shannon divergence in bits (Lin 1991), Hellinger, total variation, and the largest difference of shares.
 *
 * Cost: at most four logarithms a cell. Edge cases: 0 ln 0 is 0; KL is infinite where its denominator is empty and its
 * numerator is not; an empty side gives NaN throughout.
 *
 * `out`: KL(R|C), KL(C|R), JS distance, Hellinger, total variation, largest difference.
 */
export function divergences(a: usize, c: usize, cells: i32, out: usize): void {
  const n = total(a, cells);
  const m = total(c, cells);
  let forward: f64 = 0;
  let backward: f64 = 0;
  let js: f64 = 0;
  let hellinger: f64 = 0;
  let variation: f64 = 0;
  let most: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) {
    const p = load<f64>(a + ((<usize>i) << 3)) / n;
    const q = load<f64>(c + ((<usize>i) << 3)) / m;
    if (p > 0) {
      forward += q > 0 ? p * Math.log(p / q) : Infinity;
      js += p * Math.log((2.0 * p) / (p + q));
    }
    if (q > 0) {
      backward += p > 0 ? q * Math.log(q / p) : Infinity;
      js += q * Math.log((2.0 * q) / (p + q));
    }
    const root = Math.sqrt(p) - Math.sqrt(q);
    const gap = Math.abs(p - q);
    hellinger += root * root;
    variation += gap;
    most = Math.max(most, gap);
  }
  const none = n === 0 || m === 0;
  store<f64>(out, none ? NaN : forward);
  store<f64>(out + 8, none ? NaN : backward);
  store<f64>(out + 16, none ? NaN : Math.sqrt(Math.max(0, Math.min(1, (0.5 * js) / Math.LN2))));
  store<f64>(out + 24, none ? NaN : Math.min(1, Math.sqrt(0.5 * hellinger)));
  store<f64>(out + 32, none ? NaN : 0.5 * variation);
  store<f64>(out + 40, none ? NaN : most);
}
