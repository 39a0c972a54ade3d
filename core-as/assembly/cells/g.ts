import { total } from "./sum";

/**
 * The likelihood-ratio statistic of the two-row contingency table: twice the sum of observed times the logarithm of
 * observed over expected.
 *
 * Source: Wilks (1935). Empty cells add nothing. Cost: one pass with two logarithms a cell. Edge cases: an empty side
 * gives NaN. Degrees of freedom as for chi-square.
 */
export function gCells(a: usize, c: usize, cells: i32): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  let sum: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) {
    const ai = load<f64>(a + ((<usize>i) << 3));
    const ci = load<f64>(c + ((<usize>i) << 3));
    const share = (ai + ci) / (n + m);
    if (ai > 0) sum += ai * Math.log(ai / (share * n));
    if (ci > 0) sum += ci * Math.log(ci / (share * m));
  }
  return 2.0 * Math.max(0, sum);
}
