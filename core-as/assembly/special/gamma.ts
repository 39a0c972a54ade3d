/**
 * Logarithm of the gamma function and Loader's two pieces of a binomial probability, for the draws; core-as/special has them
 * for everything else, in the same order of operations.
 *
 * Sources: Abramowitz & Stegun 6.1.33 (series about 2), 6.1.40 (Stirling); C. Loader, "Fast and
 * accurate computation of binomial probabilities" (2000) for `stirlingError` and `deviance`.
 * Cost: at most 30 multiplications and one logarithm. Edge cases: x <= 0 gives NaN (not needed here), infinity itself.
 */

const EULER: f64 = 0.5772156649015329;
const HALF_LOG_TWO_PI: f64 = 0.9189385332046728;
const SERIES_TERMS: i32 = 30;

/** zeta(k) - 1 for k = 2 ... 31. */
const ZETA_MINUS_ONE: usize = memory.data<f64>([
  0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993, 0.01734306198444914,
  0.008349277381922827, 0.00407735619794434, 0.0020083928260822143, 0.0009945751278180853,
  0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915, 6.124813505870483e-5,
  3.058823630702049e-5, 1.528225940865187e-5, 7.637197637899763e-6, 3.81729326499984e-6, 1.908212716553939e-6,
  9.539620338727962e-7, 4.769329867878064e-7, 2.38450502727733e-7, 1.1921992596531106e-7,
  5.960818905125948e-8, 2.980350351465228e-8, 1.4901554828365043e-8, 7.45071178983543e-9,
  3.725334024788457e-9, 1.862659723513049e-9, 9.313274324196682e-10, 4.656629065033784e-10,
]);

/** lgamma(2 + z) for |z| <= 1/2: z(1 - gamma) + sum (-1)^k (zeta(k) - 1) z^k / k; exact near its zero at z = 0. */
function aboutTwo(z: f64): f64 {
  let sum: f64 = 0;
  for (let k: i32 = SERIES_TERMS + 1; k >= 2; k--) {
    const term = load<f64>(ZETA_MINUS_ONE + ((<usize>(k - 2)) << 3)) / <f64>k;
    sum = sum * z + ((k & 1) === 0 ? term : -term);
  }
  return z * (1.0 - EULER) + sum * z * z;
}

/** The Stirling series' correction: lgamma(x + 1) - ((x + 1/2) ln x - x + ln(2 pi)/2), for x >= 10. */
function stirlingSeries(x: f64): f64 {
  const r = 1.0 / x;
  const s = r * r;
  return (
    r *
    (1.0 / 12.0 -
      s *
        (1.0 / 360.0 -
          s *
            (1.0 / 1260.0 -
              s * (1.0 / 1680.0 - s * (1.0 / 1188.0 - s * (691.0 / 360360.0 - s * (1.0 / 156.0)))))))
  );
}

export function lgamma(x: f64): f64 {
  if (!(x > 0)) return NaN;
  if (x === Infinity) return x;
  if (x < 0.5) return aboutTwo(x) - Math.log(x) - Math.log1p(x);
  if (x < 1.5) return aboutTwo(x - 1.0) - Math.log1p(x - 1.0);
  if (x <= 2.5) return aboutTwo(x - 2.0);
  if (x >= 10.0) return (x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI + stirlingSeries(x);
  let product: f64 = 1;
  while (x > 2.5) {
    x -= 1.0;
    product *= x;
  }
  return Math.log(product) + aboutTwo(x - 2.0);
}

/** ln n! less Stirling's leading terms, for n > 0. */
export function stirlingError(n: f64): f64 {
  if (n >= 10.0) return stirlingSeries(n);
  return lgamma(n + 1.0) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI;
}

/** x ln(x/mean) + mean - x without cancellation, for x >= 0 and mean > 0. */
export function deviance(x: f64, mean: f64): f64 {
  if (x === 0) return mean;
  if (Math.abs(x - mean) < 0.1 * (x + mean)) {
    const v = (x - mean) / (x + mean);
    const square = v * v;
    let sum = (x - mean) * v;
    let term = 2.0 * x * v;
    for (let j: i32 = 1; j < 1000; j++) {
      term *= square;
      const next = sum + term / <f64>(2 * j + 1);
      if (next === sum) return sum;
      sum = next;
    }
    return sum;
  }
  return x * Math.log(x / mean) + mean - x;
}

/** n over x times p^x q^(n-x), for real 0 <= x <= n and q = 1 - p given apart so that it keeps its digits. */
export function binomialMass(x: f64, n: f64, p: f64, q: f64): f64 {
  if (p === 0) return x === 0 ? 1.0 : 0.0;
  if (q === 0) return x === n ? 1.0 : 0.0;
  if (x < 0 || x > n) return 0;
  if (x === 0) return n === 0 ? 1.0 : Math.exp(p < 0.1 ? n * Math.log1p(-p) : n * Math.log(q));
  if (x === n) return Math.exp(q < 0.1 ? n * Math.log1p(-q) : n * Math.log(p));
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2.0 * Math.PI * x * (n - x)));
}
