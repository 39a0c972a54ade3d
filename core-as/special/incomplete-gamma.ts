import { gammaFunctions } from "./gamma.ts";
import type { Elementary } from "./elementary.ts";

/**
 * Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P.
 *
 * Sources: Abramowitz & Stegun 6.5.29 (series, below the mean), 6.5.31 (continued fraction, above; Lentz's method).
 * The common factor x^a e^-x / Gamma(a + 1) is taken in Loader's form, which keeps its digits for large a.
 * Cost: about sqrt(a) terms. Edge cases: x <= 0 gives P = 0, x infinite gives P = 1, a <= 0 or NaN gives NaN;
 * below a = 0.1, which no statistic here needs, a small Q is only good to 1e-16 absolute, being 1 - P.
 */

const TINY = 1e-300;

const EPSILON = 1.1102230246251565e-16;

const MOST_TERMS = 100000;

export function incompleteGamma(elementary: Elementary) {
  const { exp } = elementary;
  const { deviance, stirlingError } = gammaFunctions(elementary);

  /** x^a e^-x / Gamma(a + 1): a Poisson probability of a real count. */
  function poissonMass(a: number, x: number): number {
    return exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2 * Math.PI * a);
  }

  function lowerSeries(a: number, x: number): number {
    let term = 1;
    let sum = 1;
    for (let k = 1; k < MOST_TERMS; k++) {
      term *= x / (a + k);
      sum += term;
      if (term < sum * EPSILON) break;
    }
    return sum * poissonMass(a, x);
  }

  function upperFraction(a: number, x: number): number {
    let b = x + 1 - a;
    let c = 1 / TINY;
    let d = 1 / b;
    let h = d;
    for (let k = 1; k < MOST_TERMS; k++) {
      const an = -k * (k - a);
      b += 2;
      d = an * d + b;
      if (Math.abs(d) < TINY) d = TINY;
      c = b + an / c;
      if (Math.abs(c) < TINY) c = TINY;
      d = 1 / d;
      const delta = d * c;
      h *= delta;
      if (Math.abs(delta - 1) < 4 * EPSILON) break;
    }
    return h * a * poissonMass(a, x);
  }

  function gammaP(a: number, x: number): number {
    if (!(a > 0) || x !== x) return NaN;
    if (x <= 0) return 0;
    if (x === Infinity) return 1;
    return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
  }

  function gammaQ(a: number, x: number): number {
    if (!(a > 0) || x !== x) return NaN;
    if (x <= 0) return 1;
    if (x === Infinity) return 0;
    return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
  }

  /** Upper tail of the chi-square distribution with `dof` degrees of freedom; 0 degrees are a point mass at 0. */
  function chi2Sf(x: number, dof: number): number {
    if (dof === 0) return x > 0 ? 0 : 1;
    return gammaQ(0.5 * dof, 0.5 * x);
  }

  return { poissonMass, gammaP, gammaQ, chi2Sf };
}
