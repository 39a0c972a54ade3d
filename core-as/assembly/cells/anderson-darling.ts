import { total } from "./sum";

/**
 * Anderson-Darling distance on cells: the squared gap between the two distribution functions at every inner edge, each
 * weighted by one over its variance u(1 - u) at the reference's cumulative share u, and by half the mass on both sides.
 *
 * Source: Anderson & Darling (1952), two-sample form of Pettitt (1976), on the reference's grid. Times nm/(n + m).
 * Cost: one pass. Edge cases: edges where u is 0 or 1 do not count; an empty side gives NaN; one cell gives 0.
 */
export function adCells(a: usize, c: usize, cells: i32): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  let sumA: f64 = 0;
  let sumC: f64 = 0;
  let sum: f64 = 0;
  for (let i: i32 = 0; i + 1 < cells; i++) {
    const here = load<f64>(a + ((<usize>i) << 3));
    const next = load<f64>(a + ((<usize>(i + 1)) << 3));
    sumA += here;
    sumC += load<f64>(c + ((<usize>i) << 3));
    if (sumA === 0 || sumA === n) continue;
    const u = sumA / n;
    const gap = u - sumC / m;
    const weight = (0.5 * (here + next)) / n;
    sum += (gap * gap * weight) / (u * (1.0 - u));
  }
  return (sum * n * m) / (n + m);
}
