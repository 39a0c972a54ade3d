import { lgamma, stirlingError } from "./special.ts";
import { uniform } from "./generator.ts";

/**
 * Binomial draws. Small means by inversion; larger ones by transformed rejection (Hoermann 1993, "BTRS").
 * Cost: about `n p` steps, or about 1.2 trials. Edge cases: p <= 0 or NaN gives 0, p >= 1 gives n.
 */
export function binomial(n: number, p: number): number {
  if (!(n > 0) || !(p > 0)) return 0;
  if (p >= 1) return n;
  if (p > 0.5) return n - binomial(n, 1.0 - p);
  return n * p < 10.0 ? byInversion(n, p) : byRejection(n, p);
}

function byInversion(n: number, p: number): number {
  const odds = p / (1.0 - p);
  let mass = Math.exp(n * Math.log1p(-p));
  let u = uniform();
  let k = 0;
  // Beyond a mass of 1e-300 only rounding is left of u.
  while (u > mass && k < n && mass > 1e-300) {
    u -= mass;
    k += 1;
    mass *= ((n - k + 1.0) / k) * odds;
  }
  return k;
}

function byRejection(n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1.0 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const reach = 0.92 - 4.2 / b;
  const alpha = (2.83 + 5.1 / b) * spread;
  const logOdds = Math.log(p / (1.0 - p));
  const mode = Math.floor((n + 1.0) * p);
  const atMode = lgamma(mode + 1.0) + lgamma(n - mode + 1.0);
  while (true) {
    const u = uniform() - 0.5;
    let v = uniform();
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2.0 * a) / us + b) * u + c);
    if (us >= 0.07 && v <= reach) return k;
    if (k < 0 || k > n) continue;
    v = Math.log((v * alpha) / (a / (us * us) + b));
    if (v <= atMode - lgamma(k + 1.0) - lgamma(n - k + 1.0) + (k - mode) * logOdds) return k;
  }
}

/** ln n!, for whole n: Stirling with its exact correction. */
export function logFactorial(n: number): number {
  return n < 2 ? 0 : (n + 0.5) * Math.log(n) - n + 0.9189385332046728 + stirlingError(n);
}
