/**
 * One probability of a binomial distribution with all its digits (Loader 2000, "Fast and accurate computation of binomial
 * probabilities"). The textbook's logarithms of factorials are as large as the rows and leave few digits for their
 * difference: seven of sixteen at 10⁷ rows. Here the large parts cancel on paper, and what is left is about as large as the
 * answer's own logarithm.
 *
 * Cost: two logarithms and one exponential.
 */
import type { Kernel } from "../../kernel/api.ts";

/**
 * P(k of n) when n·p, the expected number, is k + excess: given as a distance, because that is what the caller knows exactly.
 *
 * @param excess above −k and below n − k
 */
export function binomialMass(kernel: Kernel, k: number, n: number, excess: number): number {
  const rest = n - k;
  if (k === 0) return kernel.exp(n * kernel.log1p(-excess / n));
  if (rest === 0) return kernel.exp(n * kernel.log1p(excess / n));
  const exponent =
    stirlingError(kernel, n) -
    stirlingError(kernel, k) -
    stirlingError(kernel, rest) -
    deviance(kernel, k, excess) -
    deviance(kernel, rest, -excess);
  return kernel.exp(exponent) * Math.sqrt(n / (2 * Math.PI * k * rest));
}

/** x·ln(x/M) + M − x for M = x + excess, without the cancellation of its three terms where M is near x. */
export function deviance(kernel: Kernel, x: number, excess: number): number {
  const v = -excess / (2 * x + excess);
  if (Math.abs(v) >= 0.1) return excess - x * kernel.log1p(excess / x);
  const square = v * v;
  let [sum, power] = [-excess * v, 2 * x * v];
  for (let j = 3; j < 60; j += 2) {
    power *= square;
    const next = sum + power / j;
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

/** ln n! less Stirling's (n + ½) ln n − n + ½ ln 2π (Abramowitz & Stegun 6.1.41). @param n at least 1 */
function stirlingError(kernel: Kernel, n: number): number {
  if (n < 16) return kernel.lgamma(n + 1) - (n + 0.5) * kernel.log(n) + n - 0.9189385332046728;
  const s = 1 / (n * n);
  return (1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s / 1188)))) / n;
}
