import { incompleteGamma } from "./incomplete-gamma.ts";
import type { Elementary } from "./elementary.ts";

/**
 * The normal distribution: complementary error function, upper tail and its inverse.
 *
 * Sources: erfc(x) = Q(1/2, x^2) (Abramowitz & Stegun 6.5.17); the inverse starts from A&S 26.2.23 and is polished by
 * Newton steps on ln sf, so that it holds down to p = 1e-300. Edge cases: NaN stays NaN, infinities have their limits.
 */

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

export function normalDistribution(elementary: Elementary) {
  const { exp, log } = elementary;
  const { gammaP, gammaQ } = incompleteGamma(elementary);

  function erfc(x: number): number {
    if (x === 0) return 1;
    return x > 0 ? gammaQ(0.5, x * x) : 1 + gammaP(0.5, x * x);
  }

  /** P(Z > z). */
  function normalSf(z: number): number {
    return 0.5 * erfc(z * Math.SQRT1_2);
  }

  function normalDensity(z: number): number {
    return INVERSE_SQRT_TWO_PI * exp(-0.5 * z * z);
  }

  /** The z with P(Z <= z) = p; minus and plus infinity at 0 and 1, NaN outside. */
  function normalPpf(p: number): number {
    if (p === 0) return -Infinity;
    if (p === 1) return Infinity;
    if (!(p > 0) || !(p < 1)) return NaN;
    if (p === 0.5) return 0;
    if (p > 0.5) return -normalPpf(1 - p);
    const t = Math.sqrt(-2 * log(p));
    let z =
      t - (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
    // z is the upper quantile of p: Newton on ln sf(z) - ln p.
    for (let k = 0; k < 20; k++) {
      const tail = normalSf(z);
      const density = normalDensity(z);
      if (!(tail > 0) || !(density > 0)) break;
      const step = (log(tail / p) * tail) / density;
      z += step;
      if (Math.abs(step) <= 1e-16 * Math.abs(z)) break;
    }
    return -z;
  }

  return { erfc, normalSf, normalPpf };
}
