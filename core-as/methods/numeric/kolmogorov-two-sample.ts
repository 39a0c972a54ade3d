/**
 * The exact law of the two-sample Kolmogorov–Smirnov statistic without ties (Hodges 1957): every order in which n and m
 * values can come is equally likely, so p is the share of lattice paths from (0, 0) to (n, m) that touch the band's edge.
 *
 * The mass of paths is carried along inside the band, and what leaves it is added up: only positive terms, so that small
 * p-values keep their digits. Equal sizes have a closed form (Gnedenko & Korolyuk 1951). Cost: n times the width of the band.
 */
import type { Kernel } from "../../kernel/api.ts";
import { binomialMass } from "./binomial-mass.ts";

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
  // The ratio of two binomial probabilities at one half, where no digits are lost to large factorials.
  const middle = binomialMass(kernel, n, 2 * n, 0);
  let sum = 0;
  // Terms fall like exp(−(ik)²/n): from 745 on they are no doubles.
  for (let i = Math.min(Math.floor(n / k), Math.ceil(Math.sqrt(745 * n) / k)); i >= 1; i--)
    sum = binomialMass(kernel, n - i * k, 2 * n, i * k) / middle - sum;
  return Math.min(1, 2 * sum);
}

/**
 * The mass that leaves the band, row by row: i of the few have come, and j of the many. Inside is |i·many − j·few| < edge.
 * Near the band's ends the mass may be too small for a double: then it is no part of any p that is not, but the row goes on.
 */
function leaving(few: number, many: number, edge: number): number {
  // What has arrived at (i, j) from row i − 1.
  const arrived = new Float64Array(many + 1);
  arrived[0] = 1;
  let [left, from] = [0, 0];
  for (let i = 0; i <= few; i++) {
    const first = Math.max(0, Math.floor((i * many - edge) / few) + 1);
    const last = Math.min(many, Math.ceil((i * many + edge) / few) - 1);
    // Those that this row's band no longer reaches.
    for (let j = from; j < Math.min(first, many + 1); j++) left += arrived[j];
    from = first;
    // What comes along row i.
    let along = 0;
    for (let j = first; j <= last; j++) {
      const remaining = few - i + many - j;
      if (remaining === 0) return Math.min(1, left);
      // The next value is one of the few, or one of the many: each of those that are left is as likely.
      const share = (arrived[j] + along) / remaining;
      arrived[j] = share * (few - i);
      along = share * (many - j);
    }
    if (last < many) left += along;
  }
  return Math.min(1, left);
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
