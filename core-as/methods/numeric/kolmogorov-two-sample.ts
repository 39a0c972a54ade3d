/**
 * The exact law of the two-sample Kolmogorov–Smirnov statistic without ties (Hodges 1957): every order in which n and m
 * values can come is equally likely, so p is the share of lattice paths from (0, 0) to (n, m) that touch the band's edge.
 *
 * The mass of paths is carried along inside the band, and what leaves it is added up: only positive terms, so that small
 * p-values keep their digits. Equal sizes have a closed form (Gnedenko & Korolyuk 1951). Cost: n times the width of the band.
 */
import type { Kernel } from "../../kernel-api.ts";

/** A few tens of milliseconds. */
const mostSteps = 2e7;

/**
 * P(D ≥ d | no difference).
 *
 * @param d a gap that samples of n and m values can have, up to rounding
 * @returns null where counting would take too long
 */
export function exactTwoSampleSf(kernel: Kernel, d: number, n: number, m: number): number | null {
  if (d <= 0) return 1;
  if (n === m) return equalSizes(kernel, Math.round(d * n), n);
  const [few, many] = n < m ? [n, m] : [m, n];
  // Gaps in whole numbers: |i·many − j·few| of few·many, in steps of the greatest common divisor.
  const step = gcd(few, many);
  const edge = Math.round((d * few * many) / step) * step;
  const width = Math.min(many, (2 * edge) / few + 2);
  return few * width > mostSteps ? null : leaving(few, many, edge);
}

/** p = 2 Σ_i (−1)^(i+1) C(2n, n − i·k)/C(2n, n) for a gap of k of n. */
function equalSizes(kernel: Kernel, k: number, n: number): number {
  let sum = 0;
  for (let i = Math.floor(n / k); i >= 1; i--) {
    const j = i * k;
    // ln C(2n, n − j)/C(2n, n)
    const log = 2 * kernel.lgamma(n + 1) - kernel.lgamma(n - j + 1) - kernel.lgamma(n + j + 1);
    sum = kernel.exp(log) - sum;
  }
  return Math.min(1, 2 * sum);
}

/** The mass that leaves the band, row by row: i of the few have come, and j of the many. */
function leaving(few: number, many: number, edge: number): number {
  const outside = (i: number, j: number): boolean => Math.abs(i * many - j * few) >= edge;
  let here = new Float64Array(many + 1);
  let [from, left] = [0, 0];
  here[0] = 1;
  for (let i = 0; i <= few; i++) {
    const next = new Float64Array(many + 1);
    let first = -1;
    for (let j = from; j <= many; j++) {
      const mass = here[j];
      // Beyond the band nothing arrives any more.
      if (mass === 0) break;
      const rest = few - i + many - j;
      if (rest === 0) break;
      // The next value is one of the many, or one of the few.
      const [ofMany, ofFew] = [(mass * (many - j)) / rest, (mass * (few - i)) / rest];
      if (outside(i, j + 1)) left += ofMany;
      else here[j + 1] += ofMany;
      if (outside(i + 1, j)) left += ofFew;
      else {
        next[j] += ofFew;
        if (first < 0) first = j;
      }
    }
    if (first < 0) break;
    [here, from] = [next, first];
  }
  return Math.min(1, left);
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
