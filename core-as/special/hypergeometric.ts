import { gammaFunctions } from "./gamma.ts";
import type { Elementary } from "./elementary.ts";

/**
 * Two-sided mid-p of a hypergeometric count: twice the smaller of the two tails, each with half the observed mass.
 *
 * Source: Lancaster (1961) for mid-p; the mass as a ratio of three binomial masses (Loader 2000). Cost: one term per
 * value of the smaller tail until terms vanish. Edge cases: a count with only one possible value gives 1.
 */

export function hypergeometricTails(elementary: Elementary) {
  const { binomialMass } = gammaFunctions(elementary);

  function hypergeomMass(k: number, m: number, successes: number, total: number): number {
    if (k < 0 || k > m || k > successes || m - k > total - successes) return 0;
    const p = m / total;
    const q = (total - m) / total;
    if (q === 0) return k === successes ? 1 : 0;
    return (
      (binomialMass(k, successes, p, q) * binomialMass(m - k, total - successes, p, q)) /
      binomialMass(m, total, p, q)
    );
  }

  function hypergeomMidP(k: number, m: number, successes: number, total: number): number {
    if (!(total > 0) || m < 0 || m > total || successes < 0 || successes > total || k !== k) return NaN;
    const failures = total - successes;
    const lowest = Math.max(0, m - failures);
    const highest = Math.min(m, successes);
    if (k < lowest || k > highest) return NaN;
    if (lowest === highest) return 1;
    const mass = hypergeomMass(k, m, successes, total);
    // From k outwards to the side away from the mean: every term is smaller than the one before.
    const mean = (m * successes) / total;
    let tail = 0;
    let term = mass;
    if (k <= mean) {
      for (let j = k; j > lowest; j -= 1) {
        term *= (j * (failures - m + j)) / ((successes - j + 1) * (m - j + 1));
        tail += term;
        if (term < tail * 1e-17) break;
      }
    } else {
      for (let j = k; j < highest; j += 1) {
        term *= ((successes - j) * (m - j)) / ((j + 1) * (failures - m + j + 1));
        tail += term;
        if (term < tail * 1e-17) break;
      }
    }
    // The two tails, each with half the mass, add up to one: near the mean the other one may be the smaller.
    tail += 0.5 * mass;
    return 2 * Math.min(tail, 1 - tail);
  }

  return { hypergeomMass, hypergeomMidP };
}
