/**
 * The exact one-sample Kolmogorov distribution: P(D_n ≥ d) of the largest gap between n uniform values' distribution
 * function and the truth, both sides. SciPy's `kstwo`; its asymptotic two-sample p is this with n = nm/(n + m), rounded.
 *
 * Which way is best follows Simard & L'Ecuyer (2011): closed forms at both ends; twice the one-sided tail where both sides at
 * once are out of the question (Miller 1956); Durbin's matrix in the form of Marsaglia, Tsang & Wang (2003) for small n; the
 * expansion of Pelz & Good (1976) for the rest. Equal to SciPy's to 1e-10. The true law it meets to 1e-10 up to n = 140 and
 * in the upper tail; between them the expansion is off by 2e-5 at n = 141 and 2e-6 at 500, relative, and where the one-sided
 * tail takes over (n·d² = 2.2) by 2e-6. Cost: n logarithms, or about 10⁶ multiplications.
 */
import type { Kernel } from "../../kernel/api.ts";
import { binomialMass } from "./binomial-mass.ts";
import { durbinCdf } from "./kolmogorov-matrix.ts";

const smallSize = 140;

/** @param n a whole number, at least 1 */
export function kolmogorovExactSf(kernel: Kernel, d: number, n: number): number {
  if (Number.isNaN(d) || !(n >= 1)) return NaN;
  const t = n * d;
  if (t <= 0.5) return 1;
  if (d >= 1) return 0;
  if (t <= 1) return 1 - kernel.exp(sizeTerm(kernel, n) + n * kernel.log(2 * t - 1));
  if (t >= n - 1) return 2 * kernel.exp(n * kernel.log1p(-d));
  const square = t * d;
  if (d >= 0.5 || square >= (n <= smallSize ? 4 : 2.2)) return Math.min(1, 2 * oneSidedSf(kernel, d, n));
  // Here the distribution function is below 1e-15.
  if (square < 0.03) return 1;
  const cdf =
    n <= smallSize || n * d * Math.sqrt(d) <= 1.4 ? durbinCdf(kernel, d, n) : pelzGood(kernel, d, n);
  return Math.min(1, Math.max(0, 1 - cdf));
}

/** ln(n!/nⁿ) */
function sizeTerm(kernel: Kernel, n: number): number {
  return kernel.lgamma(n + 1) - n * kernel.log(n);
}

/**
 * P(sup(F_n − F) ≥ d) (Smirnov 1944, Birnbaum & Tingey 1951): d Σ_j C(n, j) (d + j/n)^(j−1) (1 − d − j/n)^(n−j), a sum of
 * positive terms: the binomial probability of j at d + j/n, over d + j/n.
 */
export function oneSidedSf(kernel: Kernel, d: number, n: number): number {
  const excess = n * d;
  let sum = 0;
  for (let j = 0; j <= Math.floor(n - excess); j++) {
    if (n - j - excess <= 0) break;
    sum += binomialMass(kernel, j, n, excess) / (d + j / n);
  }
  return Math.min(1, d * sum);
}

/** Pelz & Good's expansion in powers of 1/√n, as stated by Simard & L'Ecuyer (2011, equation 7). */
function pelzGood(kernel: Kernel, d: number, n: number): number {
  const z = d * Math.sqrt(n);
  const [z2, pi2] = [z * z, Math.PI * Math.PI];
  const [z4, z6, z8] = [z2 * z2, z2 * z2 * z2, z2 * z2 * z2 * z2];
  let [k0, k1, k2, k2b, k3, k3b] = [0, 0, 0, 0, 0, 0];
  for (let k = 30; k >= 0; k--) {
    // Half-integers count twice: once on either side of 0.
    const h = (k + 0.5) * (k + 0.5) * pi2;
    const e = 2 * kernel.exp(-h / (2 * z2));
    k0 += e;
    k1 += (h - z2) * e;
    k2 += (6 * z6 + 2 * z4 + h * (2 * z4 - 5 * z2) + h * h * (1 - 2 * z2)) * e;
    k3 +=
      (h * h * h * (5 - 30 * z2) +
        h * h * (-60 * z2 + 212 * z4) +
        h * (135 * z4 - 96 * z6) -
        30 * z6 -
        90 * z8) *
      e;
    const i = k * k * pi2;
    const f = 2 * kernel.exp(-i / (2 * z2));
    if (k > 0) {
      k2b += i * f;
      k3b += (-i * i + 3 * i * z2) * f;
    }
  }
  const root = Math.sqrt(Math.PI / 2);
  const first = (Math.sqrt(2 * Math.PI) / z) * (k0 / 2);
  const second = (root * k1) / (6 * z4);
  const third = (root * k2) / (72 * z6 * z) - (root * k2b) / (36 * z2 * z);
  const fourth = (root * k3) / (6480 * z8 * z2) + (root * k3b) / (216 * z6);
  const s = Math.sqrt(n);
  return first + second / s + third / n + fourth / (n * s);
}
