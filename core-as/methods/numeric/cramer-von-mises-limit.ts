/**
 * The limit distribution of the Cramér–von Mises criterion: ∫ B(u)² du of a Brownian bridge.
 *
 * Small values by Anderson & Darling's series (1952) in the modified Bessel function K of order 1/4; the upper tail, which
 * that series could only give as one less nearly one, by Smirnov's integrals (1936) over the intervals on which the sine is
 * negative, each by Gauss–Chebyshev quadrature. Relative error about 1e-12, down to the smallest doubles. Cost: a few hundred
 * exponentials.
 */
import type { Kernel } from "../../kernel/api.ts";

/** From here on the tail is small enough for its own formula. */
const tailFrom = 0.3;
/** Quadrature nodes for tails up to 1e-18. Farther out all mass is at the interval's lower end, which takes more of them. */
const leastNodes = 48;

/** P(ω² > x); 1 for x ≤ 0. */
export function cramerVonMisesSf(kernel: Kernel, x: number): number {
  if (Number.isNaN(x)) return NaN;
  if (x < 0.003) return 1;
  return x < tailFrom ? Math.max(0, 1 - series(kernel, x)) : tail(kernel, x);
}

function series(kernel: Kernel, x: number): number {
  let sum = 0;
  let coefficient = 1;
  for (let k = 0; k < 200; k++) {
    // (−1)^k times the binomial of −1/2 over k.
    if (k > 0) coefficient *= (k - 0.5) / k;
    const y = 4 * k + 1;
    const z = (y * y) / (16 * x);
    const term = coefficient * Math.sqrt(y) * kernel.exp(-2 * z) * scaledBesselK(kernel, z);
    sum += term;
    if (term < 1e-17 * sum) break;
  }
  return sum / (Math.PI * Math.sqrt(x));
}

/** e^z·K(z) of order 1/4, by the trapezium rule on its integral over the hyperbolic cosine, which converges at once. */
function scaledBesselK(kernel: Kernel, z: number): number {
  const step = 0.2;
  let sum = 0.5;
  for (let i = 1; i < 200; i++) {
    const e = kernel.exp(i * step);
    const quarter = Math.sqrt(Math.sqrt(e));
    const term = (kernel.exp(-z * ((e + 1 / e) / 2 - 1)) * (quarter + 1 / quarter)) / 2;
    sum += term;
    if (term < 1e-18 * sum) break;
  }
  return sum * step;
}

/** (1/π) Σ (−1)^(k+1) ∫ (2/s)·√(−s/sin s)·exp(−x s²/2) ds over s from (2k − 1)π to 2kπ. */
function tail(kernel: Kernel, x: number): number {
  const nodes = Math.ceil(leastNodes * Math.sqrt(Math.max(1, x / 8)));
  let sum = 0;
  for (let k = 1; k < 40; k++) {
    const centre = (2 * k - 0.5) * Math.PI;
    const half = Math.PI / 2;
    let integral = 0;
    for (let i = 0; i < nodes; i++) {
      const node = kernel.cos(((2 * i + 1) * Math.PI) / (2 * nodes));
      const s = centre + half * node;
      // Both ends are inverse roots, which the quadrature's weight takes up: (s − a)(b − s) = half²(1 − node²).
      const weight = half * Math.sqrt(1 - node * node);
      integral += (2 / s) * Math.sqrt(s / kernel.cos(half * node)) * kernel.exp((-x * s * s) / 2) * weight;
    }
    const term = (integral * Math.PI) / nodes;
    sum += k % 2 === 1 ? term : -term;
    if (Math.abs(term) < 1e-17 * Math.abs(sum)) break;
  }
  return sum / Math.PI;
}
