/**
 * What an unlucky reference costs. A p-value that is right on average over references is not right for each of them: one that
 * happens to lie off the truth differs a little from every window. The larger the window beside the reference, the more of
 * its difference is the reference's own error: the share r = m/(n + m) of the variance.
 *
 * The promise is that 95 references in a hundred raise at most twice the accepted alarms (METHODS §1). In the direction in
 * which the difference lies, the reference's error is a normal variable; at its 97.5 % quantile of 1.96 a window's deviation of
 * z standard deviations is exceeded with probability P(N > (z − 1.96√r)/√(1 − r)) + P(N > (z + 1.96√r)/√(1 − r)). Half of that
 * is the p-value that keeps the promise; it only counts where it is the larger one, from about m = n/10 on. With several
 * directions the error spreads over them and the true factor is smaller (see tests/statistics).
 *
 * Instead of thinning the window to n/10 rows, which keeps the promise too but halves the power at n = 5000, m = 1000.
 * Cost: three normal tails.
 */
import type { Kernel } from "../kernel/api.ts";

/** The normal quantiles at 95 % of both directions, and of one. */
const unlucky = { both: 1.959963984540054, one: 1.6448536269514722 };

/**
 * @param pValue right on average over references
 * @param n rows of the reference, `m` of the window, both at least 1
 */
export function carefulP(kernel: Kernel, pValue: number, n: number, m: number): number {
  if (!(pValue > 0) || pValue >= 1) return pValue;
  const share = m / (n + m);
  const z = -kernel.normalPpf(pValue / 2);
  const shift = unlucky.both * Math.sqrt(share);
  const spread = Math.sqrt(1 - share);
  const conditional = kernel.normalSf((z - shift) / spread) + kernel.normalSf((z + shift) / spread);
  return Math.min(1, Math.max(pValue, conditional / 2));
}

/** The same for a test that looks in one direction only. */
export function carefulOneSidedP(kernel: Kernel, pValue: number, n: number, m: number): number {
  if (!(pValue > 0) || pValue >= 1) return pValue;
  const share = m / (n + m);
  const z = -kernel.normalPpf(pValue);
  const conditional = kernel.normalSf((z - unlucky.one * Math.sqrt(share)) / Math.sqrt(1 - share));
  return Math.min(1, Math.max(pValue, conditional / 2));
}
