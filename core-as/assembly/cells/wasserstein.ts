import { total } from "./sum";

/**
 * First Wasserstein distance on cells: the gap of the distribution functions at every inner edge times a fixed width
 * that the reference gave that edge. In the feature's unit. Source: Vallender (1974), as a sum.
 * Cost: one pass. Edge cases: an empty side gives NaN; one cell gives 0.
 */
export function wassersteinCells(a: usize, c: usize, cells: i32, widths: usize): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  let sumA: f64 = 0;
  let sumC: f64 = 0;
  let area: f64 = 0;
  for (let i: i32 = 0; i + 1 < cells; i++) {
    sumA += load<f64>(a + ((<usize>i) << 3));
    sumC += load<f64>(c + ((<usize>i) << 3));
    area += Math.abs(sumA / n - sumC / m) * load<f64>(widths + ((<usize>i) << 3));
  }
  return area;
}
