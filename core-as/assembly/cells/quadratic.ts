import { total } from "./sum";

/**
 * The squared gap between the two distribution functions at every inner edge, weighted and added, times nm/(n + m): what
 * Cramér-von Mises, Anderson-Darling and the energy distance have in common; they differ in the weights.
 *
 * Source: Anderson & Darling (1952). `weights`: one an inner edge. Cost: one pass. Edge cases: an empty side gives NaN;
 * one cell gives 0.
 */
export function quadraticCells(a: usize, c: usize, cells: i32, weights: usize): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  let sumA: f64 = 0;
  let sumC: f64 = 0;
  let sum: f64 = 0;
  for (let i: i32 = 0; i + 1 < cells; i++) {
    const at = (<usize>i) << 3;
    sumA += load<f64>(a + at);
    sumC += load<f64>(c + at);
    const gap = sumA / n - sumC / m;
    sum += gap * gap * load<f64>(weights + at);
  }
  return (sum * n * m) / (n + m);
}
