import { total } from "./sum";

/**
 * Pearson's chi-square of the two-row contingency table of reference and window, without continuity correction.
 *
 * Source: Pearson (1900). Empty columns are dropped. Cost: one pass. Edge cases: an empty side gives NaN with 0 degrees;
 * a single kept column gives 0 with 0 degrees.
 *
 * `out`: statistic, degrees of freedom, smallest expected count.
 */
export function chi2(a: usize, c: usize, cells: i32, out: usize): void {
  const n = total(a, cells);
  const m = total(c, cells);
  let statistic: f64 = 0;
  let kept: f64 = 0;
  let least: f64 = Infinity;
  for (let i: i32 = 0; i < cells; i++) {
    const ai = load<f64>(a + ((<usize>i) << 3));
    const ci = load<f64>(c + ((<usize>i) << 3));
    const both = ai + ci;
    if (both === 0) continue;
    kept += 1;
    const expectedA = (both * n) / (n + m);
    const expectedC = (both * m) / (n + m);
    statistic += ((ai - expectedA) * (ai - expectedA)) / expectedA;
    statistic += ((ci - expectedC) * (ci - expectedC)) / expectedC;
    least = Math.min(least, Math.min(expectedA, expectedC));
  }
  const none = n === 0 || m === 0;
  store<f64>(out, none ? NaN : statistic);
  store<f64>(out + 8, none ? 0 : kept - 1);
  store<f64>(out + 16, none ? 0 : least);
}
