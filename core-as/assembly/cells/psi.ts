import { total } from "./sum";

/**
 * Population stability index: the sum over cells of (p - q) ln(p / q), p the reference's share and q the window's; the
 * symmetrised Kullback-Leibler divergence (Jeffreys 1946; Lewis 1994 for the name).
 *
 * Cells that are empty on both sides are dropped first. `kind` 0 adds `amount` to every kept count on both sides and
 * renormalises; 1 raises shares below `amount` to it; 2 does so and renormalises. Cost: one logarithm a cell.
 * Edge cases: an empty side gives NaN; an empty cell without smoothing would be infinite, hence the smoothing.
 */
export function psi(a: usize, c: usize, cells: i32, kind: i32, amount: f64): f64 {
  const n = total(a, cells);
  const m = total(c, cells);
  if (n === 0 || m === 0) return NaN;
  let kept: f64 = 0;
  let floorP: f64 = 0;
  let floorQ: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) {
    const ai = load<f64>(a + ((<usize>i) << 3));
    const ci = load<f64>(c + ((<usize>i) << 3));
    if (ai === 0 && ci === 0) continue;
    kept += 1;
    if (kind !== 2) continue; // the floors' sums serve renormalising only, and cost two divisions
    floorP += Math.max(ai / n, amount);
    floorQ += Math.max(ci / m, amount);
  }
  const totalA = n + kept * amount;
  const totalC = m + kept * amount;
  let sum: f64 = 0;
  for (let i: i32 = 0; i < cells; i++) {
    const ai = load<f64>(a + ((<usize>i) << 3));
    const ci = load<f64>(c + ((<usize>i) << 3));
    if (ai === 0 && ci === 0) continue;
    let p: f64;
    let q: f64;
    if (kind === 0) {
      p = (ai + amount) / totalA;
      q = (ci + amount) / totalC;
    } else {
      p = Math.max(ai / n, amount);
      q = Math.max(ci / m, amount);
      if (kind === 2) {
        p /= floorP;
        q /= floorQ;
      }
    }
    sum += (p - q) * Math.log(p / q);
  }
  return sum;
}
