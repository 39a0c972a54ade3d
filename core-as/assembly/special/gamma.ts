/**
 * Logarithm of the gamma function, its derivative, and Loader's two pieces of a binomial or Poisson probability.
 *
 * Sources: Abramowitz & Stegun 6.1.33 (series about 2), 6.1.40 (Stirling), 6.3.18 (digamma); C. Loader, "Fast and
 * accurate computation of binomial probabilities" (2000) for `stirlingError` and `deviance`.
 * Cost: at most 30 multiplications and one logarithm. Edge cases: x <= 0 gives NaN (not needed here), infinity itself.
 */

const EULER: f64 = 0.57721566490153286061;
const HALF_LOG_TWO_PI: f64 = 0.91893853320467274178;
const SERIES_TERMS: i32 = 30;

/** zeta(k) - 1 for k = 2 ... 31. */
const ZETA_MINUS_ONE: usize = memory.data<f64>([
  0.64493406684822643647, 0.2020569031595942854, 0.082323233711138191516, 0.036927755143369926331,
  0.017343061984449139715, 0.0083492773819228268398, 0.0040773561979443393787, 0.0020083928260822144179,
  0.00099457512781808533715, 0.0004941886041194645587, 0.00024608655330804829864, 0.00012271334757848914675,
  0.000061248135058704829259, 0.000030588236307020493552, 0.000015282259408651871733,
  0.0000076371976378997622736, 0.0000038172932649998398565, 0.0000019082127165539389257,
  0.00000095396203387279611315, 0.00000047693298678780646312, 0.00000023845050272773299,
  0.00000011921992596531107307, 0.000000059608189051259479612, 0.000000029803503514652280186,
  0.000000014901554828365041235, 0.000000007450711789835429492, 0.0000000037253340247884570548,
  0.0000000018626597235130490064, 0.00000000093132743241966818287, 0.0000000004656629065033784073,
]);

/** lgamma(2 + z) for |z| <= 1/2: z(1 - gamma) + sum (-1)^k (zeta(k) - 1) z^k / k; exact near its zero at z = 0. */
function aboutTwo(z: f64): f64 {
  let sum: f64 = 0;
  for (let k: i32 = SERIES_TERMS + 1; k >= 2; k--) {
    const term = load<f64>(ZETA_MINUS_ONE + ((<usize>(k - 2)) << 3)) / <f64>k;
    sum = sum * z + ((k & 1) == 0 ? term : -term);
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
  if (x == Infinity) return x;
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

export function digamma(x: f64): f64 {
  if (!(x > 0)) return NaN;
  let shift: f64 = 0;
  while (x < 12.0) {
    shift -= 1.0 / x;
    x += 1.0;
  }
  const s = 1.0 / (x * x);
  const tail =
    s *
    (1.0 / 12.0 -
      s *
        (1.0 / 120.0 -
          s * (1.0 / 252.0 - s * (1.0 / 240.0 - s * (1.0 / 132.0 - s * (691.0 / 32760.0 - s / 12.0))))));
  return shift + (Math.log(x) - 0.5 / x - tail);
}

/** ln n! less Stirling's leading terms, for n > 0. */
export function stirlingError(n: f64): f64 {
  if (n >= 10.0) return stirlingSeries(n);
  return lgamma(n + 1.0) - (n + 0.5) * Math.log(n) + n - HALF_LOG_TWO_PI;
}

/** x ln(x/mean) + mean - x without cancellation, for x >= 0 and mean > 0. */
export function deviance(x: f64, mean: f64): f64 {
  if (x == 0) return mean;
  if (Math.abs(x - mean) < 0.1 * (x + mean)) {
    const v = (x - mean) / (x + mean);
    const square = v * v;
    let sum = (x - mean) * v;
    let term = 2.0 * x * v;
    for (let j: i32 = 1; j < 1000; j++) {
      term *= square;
      const next = sum + term / <f64>(2 * j + 1);
      if (next == sum) return sum;
      sum = next;
    }
    return sum;
  }
  return x * Math.log(x / mean) + mean - x;
}

/** n over x times p^x q^(n-x), for real 0 <= x <= n and q = 1 - p given apart so that it keeps its digits. */
export function binomialMass(x: f64, n: f64, p: f64, q: f64): f64 {
  if (p == 0) return x == 0 ? 1.0 : 0.0;
  if (q == 0) return x == n ? 1.0 : 0.0;
  if (x < 0 || x > n) return 0;
  if (x == 0) return n == 0 ? 1.0 : Math.exp(p < 0.1 ? n * Math.log1p(-p) : n * Math.log(q));
  if (x == n) return Math.exp(q < 0.1 ? n * Math.log1p(-q) : n * Math.log(p));
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(n - x) - deviance(x, n * p) - deviance(n - x, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2.0 * Math.PI * x * (n - x)));
}
