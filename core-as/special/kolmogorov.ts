import type { Elementary } from "./elementary.ts";

/**
 * Limit distribution of the two-sided Kolmogorov-Smirnov statistic: Q(x) = 2 sum (-1)^(k-1) exp(-2 k^2 x^2).
 *
 * Sources: Kolmogorov (1933); for small x its theta transform sqrt(2 pi)/x sum exp(-(2k-1)^2 pi^2 / (8 x^2)).
 * Cost: under ten exponentials. Edge cases: x <= 0 gives 1.
 */

export function kolmogorov(elementary: Elementary) {
  const { exp } = elementary;

  function kolmogorovSf(x: number): number {
    if (!(x > 0)) return x !== x ? NaN : 1;
    if (x < 1) {
      const base = (Math.PI * Math.PI) / (8 * x * x);
      let sum = 0;
      for (let k = 1; k < 20; k += 2) sum += exp(-base * (k * k));
      return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
    }
    let sum = 0;
    for (let k = 1; k < 20; k++) {
      const term = exp(-2 * x * x * (k * k));
      sum += (k & 1) === 1 ? term : -term;
      if (term < 1e-17 * sum) break;
    }
    return 2 * sum;
  }

  return { kolmogorovSf };
}
