import { deviance, stirlingError } from "./gamma";

/**
 * Regularised incomplete gamma functions P(a, x) and Q(a, x) = 1 - P.
 *
 * Sources: Abramowitz & Stegun 6.5.29 (series, below the mean), 6.5.31 (continued fraction, above; Lentz's method).
 * The common factor x^a e^-x / Gamma(a + 1) is taken in Loader's form, which keeps its digits for large a.
 * Cost: about sqrt(a) terms. Edge cases: x <= 0 gives P = 0, x infinite gives P = 1, a <= 0 or NaN gives NaN;
 * below a = 0.1, which no statistic here needs, a small Q is only good to 1e-16 absolute, being 1 - P.
 */

const TINY: f64 = 1e-300;
const EPSILON: f64 = 1.1102230246251565e-16;
const MOST_TERMS: i32 = 100000;

/** x^a e^-x / Gamma(a + 1): a Poisson probability of a real count. */
export function poissonMass(a: f64, x: f64): f64 {
  return Math.exp(-stirlingError(a) - deviance(a, x)) / Math.sqrt(2.0 * Math.PI * a);
}

function lowerSeries(a: f64, x: f64): f64 {
  let term: f64 = 1;
  let sum: f64 = 1;
  for (let k: i32 = 1; k < MOST_TERMS; k++) {
    term *= x / (a + <f64>k);
    sum += term;
    if (term < sum * EPSILON) break;
  }
  return sum * poissonMass(a, x);
}

function upperFraction(a: f64, x: f64): f64 {
  let b = x + 1.0 - a;
  let c = 1.0 / TINY;
  let d = 1.0 / b;
  let h = d;
  for (let k: i32 = 1; k < MOST_TERMS; k++) {
    const an = -(<f64>k) * (<f64>k - a);
    b += 2.0;
    d = an * d + b;
    if (Math.abs(d) < TINY) d = TINY;
    c = b + an / c;
    if (Math.abs(c) < TINY) c = TINY;
    d = 1.0 / d;
    const delta = d * c;
    h *= delta;
    if (Math.abs(delta - 1.0) < 4.0 * EPSILON) break;
  }
  return h * a * poissonMass(a, x);
}

export function gammaP(a: f64, x: f64): f64 {
  if (!(a > 0) || x !== x) return NaN;
  if (x <= 0) return 0;
  if (x === Infinity) return 1;
  return x < a + 1.0 ? lowerSeries(a, x) : 1.0 - upperFraction(a, x);
}

export function gammaQ(a: f64, x: f64): f64 {
  if (!(a > 0) || x !== x) return NaN;
  if (x <= 0) return 1;
  if (x === Infinity) return 0;
  return x < a + 1.0 ? 1.0 - lowerSeries(a, x) : upperFraction(a, x);
}

/** Upper tail of the chi-square distribution with `dof` degrees of freedom; 0 degrees are a point mass at 0. */
export function chi2Sf(x: f64, dof: f64): f64 {
  if (dof === 0) return x > 0 ? 0.0 : 1.0;
  return gammaQ(0.5 * dof, 0.5 * x);
}
