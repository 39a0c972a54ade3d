import type { Elementary } from "./elementary.ts";

/**
 * Logarithm of the gamma function, its derivative, and Loader's two pieces of a binomial or Poisson probability.
 *
 * Sources: Abramowitz & Stegun 6.1.33 (series about 2), 6.1.40 (Stirling), 6.3.18 (digamma); C. Loader, "Fast and
 * accurate computation of binomial probabilities" (2000) for `stirlingError` and `deviance`.
 * Cost: at most 30 multiplications and one logarithm. Edge cases: x <= 0 gives NaN (not needed here), infinity itself.
 */

const EULER = 0.5772156649015329;

const HALF_LOG_TWO_PI = 0.9189385332046728;

const SERIES_TERMS = 30;

/** zeta(k) - 1 for k = 2 ... 31. */
const ZETA_MINUS_ONE = [
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7,
  5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9,
  3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
];

/** lgamma(2 + z) for |z| <= 1/2: z(1 - gamma) + sum (-1)^k (zeta(k) - 1) z^k / k; exact near its zero at z = 0. */
function aboutTwo(z: number): number {
  let sum = 0;
  for (let k = SERIES_TERMS + 1; k >= 2; k--) {
    const term = ZETA_MINUS_ONE[k - 2] / k;
    sum = sum * z + ((k & 1) === 0 ? term : -term);
  }
  return z * (1 - EULER) + sum * z * z;
}

/** The Stirling series' correction: lgamma(x + 1) - ((x + 1/2) ln x - x + ln(2 pi)/2), for x >= 10. */
function stirlingSeries(x: number): number {
  const r = 1 / x;
  const s = r * r;
  return (
    r *
    (1 / 12 -
      s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - s * (691 / 360360 - s * (1 / 156)))))))
  );
}

export function gammaFunctions(elementary: Elementary) {
  const { exp, log, log1p } = elementary;

  function lgamma(x: number): number {
    if (!(x > 0)) return NaN;
    if (x === Infinity) return x;
    if (x < 0.5) return aboutTwo(x) - log(x) - log1p(x);
    if (x < 1.5) return aboutTwo(x - 1) - log1p(x - 1);
    if (x <= 2.5) return aboutTwo(x - 2);
    if (x >= 10) return (x - 0.5) * log(x) - x + HALF_LOG_TWO_PI + stirlingSeries(x);
    let product = 1;
    while (x > 2.5) {
      x -= 1;
      product *= x;
    }
    return log(product) + aboutTwo(x - 2);
  }

  function digamma(x: number): number {
    if (!(x > 0)) return NaN;
    let shift = 0;
    while (x < 12) {
      shift -= 1 / x;
      x += 1;
    }
    const s = 1 / (x * x);
    const tail =
      s *
      (1 / 12 - s * (1 / 120 - s * (1 / 252 - s * (1 / 240 - s * (1 / 132 - s * (691 / 32760 - s / 12))))));
    return shift + (log(x) - 0.5 / x - tail);
  }

  /** ln n! less Stirling's leading terms, for n > 0. */
  function stirlingError(n: number): number {
    if (n >= 10) return stirlingSeries(n);
    return lgamma(n + 1) - (n + 0.5) * log(n) + n - HALF_LOG_TWO_PI;
  }

  /** x ln(x/mean) + mean - x without cancellation, for x >= 0 and mean > 0. */
  function deviance(x: number, mean: number): number {
    if (x === 0) return mean;
    if (Math.abs(x - mean) < 0.1 * (x + mean)) {
      const v = (x - mean) / (x + mean);
      const square = v * v;
      let sum = (x - mean) * v;
      let term = 2 * x * v;
      for (let j = 1; j < 1000; j++) {
        term *= square;
        const next = sum + term / (2 * j + 1);
        if (next === sum) return sum;
        sum = next;
      }
      return sum;
    }
    return x * log(x / mean) + mean - x;
  }

  /** n over x times p^x q^(n-x), for real 0 <= x <= n and q = 1 - p given apart so that it keeps its digits. */
  function binomialMass(x: number, n: number, p: number, q: number): number {
    if (p === 0) return x === 0 ? 1 : 0;
    if (q === 0) return x === n ? 1 : 0;
    if (x < 0 || x > n) return 0;
    if (x === 0) return n === 0 ? 1 : exp(p < 0.1 ? n * log1p(-p) : n * log(q));
    if (x === n) return exp(q < 0.1 ? n * log1p(-q) : n * log(p));
    const exponent =
      stirlingError(n) -
      stirlingError(x) -
      stirlingError(n - x) -
      deviance(x, n * p) -
      deviance(n - x, n * q);
    return exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * (n - x)));
  }

  return { lgamma, digamma, stirlingError, deviance, binomialMass };
}
