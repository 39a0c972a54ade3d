import { gammaFunctions } from "./gamma.ts";
import { normalDistribution } from "./normal.ts";
import type { Elementary } from "./elementary.ts";

/**
 * Regularised incomplete beta function I_x(a, b), and the tails of Student's t and Fisher's F that are made of it.
 *
 * Sources: continued fraction of Didonato & Morris (1992), the even part of Abramowitz & Stegun 26.5.8 rearranged so
 * that nothing cancels; the leading factor is a binomial mass in Loader's form. Cost: about sqrt(max(a, b)) terms.
 * Edge cases: x outside [0, 1] is clamped, a or b <= 0 gives NaN.
 */

const MOST_TERMS = 100000;

/** I_x(a, b) over x^a y^b / (a B(a, b)). No two terms of opposite sign meet, as long as x is left of the mean. */
function fraction(a: number, b: number, x: number, y: number): number {
  const lambda = a > b ? (a + b) * y - b : a - (a + b) * x;
  const c = 1 + lambda;
  const c1 = 1 + 1 / a;
  let p = 1;
  let s = a + 1;
  // The last two approximants' numerators and denominators, divided so that the last denominator is 1.
  let above = 0;
  let below = c1 / c;
  let ratio = below;
  for (let k = 1; k < MOST_TERMS; k++) {
    const n = k;
    const t = n / a;
    const w = n * (b - n) * x;
    const e = a / s;
    const alpha = p * (p + b / a) * e * e * w * x;
    const beta = n + w / s + ((1 + t) / (c1 + t + t)) * (c + n * (1 + y));
    p = 1 + t;
    s += 2;
    const numerator = alpha * above + beta * ratio;
    const denominator = alpha * below + beta;
    const next = numerator / denominator;
    above = ratio / denominator;
    below = 1 / denominator;
    const change = Math.abs(next - ratio);
    ratio = next;
    if (change <= 2e-16 * ratio) break;
  }
  return ratio * a;
}

export function incompleteBeta(elementary: Elementary) {
  const { exp, log, log1p } = elementary;
  const { binomialMass, lgamma } = gammaFunctions(elementary);
  const { normalSf } = normalDistribution(elementary);

  /** I_x(a, b) with y = 1 - x given apart, so that both ends keep their digits. */
  function betaPair(a: number, b: number, x: number, y: number): number {
    if (!(a > 0) || !(b > 0) || x !== x) return NaN;
    if (x <= 0) return 0;
    if (y <= 0) return 1;
    const lead = binomialMass(a, a + b, x, y) / (a + b);
    if (x < (a + 1) / (a + b + 2)) return lead * b * fraction(a, b, x, y);
    return 1 - lead * a * fraction(b, a, y, x);
  }

  function betaI(a: number, b: number, x: number): number {
    return betaPair(a, b, x, 1 - x);
  }

  /** The first term of the series, all there is where the square of t would leave the range of a double. */
  function farTail(t: number, dof: number): number {
    if (t === Infinity) return 0;
    const a = 0.5 * dof;
    const logBeta = lgamma(a) + lgamma(0.5) - lgamma(a + 0.5);
    return 0.5 * exp(dof * (0.5 * log(dof) - log(t)) - log(a) - logBeta);
  }

  /** P(T > t) for Student's t with `dof` degrees of freedom. */
  function tSf(t: number, dof: number): number {
    if (dof === Infinity) return normalSf(t);
    const square = t * t;
    const total = dof + square;
    const tail =
      square > 1e280
        ? farTail(Math.abs(t), dof)
        : 0.5 * betaPair(0.5 * dof, 0.5, dof / total, square / total);
    return t >= 0 ? tail : 1 - tail;
  }

  /** P(F > x) for Fisher's F. */
  function fSf(x: number, d1: number, d2: number): number {
    if (x <= 0) return 1;
    const total = d2 + d1 * x;
    return betaPair(0.5 * d2, 0.5 * d1, d2 / total, (d1 * x) / total);
  }

  /** The t with P(T > t) = p, by doubling a bracket and then Newton on ln sf within it. NaN outside (0, 1). */
  function tIsf(p: number, dof: number): number {
    if (!(p > 0) || !(p < 1)) return NaN;
    if (p === 0.5) return 0;
    if (p > 0.5) return -tIsf(1 - p, dof);
    let low = 0;
    let high = 1;
    while (tSf(high, dof) > p && high < 1e300) {
      low = high;
      high *= 2;
    }
    const logScale = lgamma(0.5 * dof + 0.5) - lgamma(0.5 * dof) - 0.5 * log(dof * Math.PI);
    let t = 0.5 * (low + high);
    for (let k = 0; k < 200; k++) {
      const tail = tSf(t, dof);
      if (tail > p) low = t;
      else high = t;
      const density = exp(logScale - (0.5 * dof + 0.5) * log1p((t * t) / dof));
      let moved = t + (log(tail / p) * tail) / density;
      if (!(moved > low && moved < high)) moved = 0.5 * (low + high);
      if (Math.abs(moved - t) <= 1e-16 * t || moved === t) break;
      t = moved;
    }
    return t;
  }

  return { betaI, tSf, tIsf, fSf };
}
