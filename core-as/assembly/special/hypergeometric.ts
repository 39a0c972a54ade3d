import { binomialMass } from "./gamma";

/**
 * Probability of k successes in m drawn out of `total` with `successes`, for the draws: a ratio of three binomial masses
 * (Loader 2000). core-as/special/hypergeometric.ts has it for everything else.
 */
export function hypergeomMass(k: f64, m: f64, successes: f64, total: f64): f64 {
  if (k < 0 || k > m || k > successes || m - k > total - successes) return 0;
  const p = m / total;
  const q = (total - m) / total;
  if (q === 0) return k === successes ? 1.0 : 0.0;
  return (
    (binomialMass(k, successes, p, q) * binomialMass(m - k, total - successes, p, q)) /
    binomialMass(m, total, p, q)
  );
}
