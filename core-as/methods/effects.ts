/** Effects in units that do not depend on sample size (METHODS §3). Square roots only: exact on every engine. */
import { sum } from "./sum.ts";

/**
 * V_b, the bias-corrected share distance: √max(0, ½ Σ (p−q)²/(p+q) − (k−1)(1/n+1/m)/4), k the cells that are not empty
 * on both sides. 0 for equal shares, 1 for disjoint ones. Triangular discrimination (Topsøe 2000) less its expectation
 * without drift. 0 where a side is empty.
 */
export function shareDistance(a: Float64Array, c: Float64Array): number {
  const n = sum(a);
  const m = sum(c);
  if (n === 0 || m === 0) return 0;
  let distance = 0;
  let kept = 0;
  for (let i = 0; i < a.length; i++) {
    const p = a[i] / n;
    const q = c[i] / m;
    if (p + q === 0) continue;
    kept++;
    distance += ((p - q) * (p - q)) / (p + q);
  }
  return Math.sqrt(Math.max(0, distance / 2 - ((kept - 1) * (1 / n + 1 / m)) / 4));
}

/** PSI less its expectation without drift, (B − 1)(1/n + 1/m), and never below 0. B: cells not empty on both sides. */
export function psiExcess(psi: number, a: Float64Array, c: Float64Array): number {
  const kept = a.reduce((count, value, i) => count + (value > 0 || c[i] > 0 ? 1 : 0), 0);
  return Math.max(0, psi - (kept - 1) * (1 / sum(a) + 1 / sum(c)));
}
