/**
 * G-test: twice the log likelihood ratio, 2 Σ O ln(O/E), over both rows of the table of reference and window (Wilks
 * 1938; Sokal and Rohlf). The same limit as Pearson's chi-square, and the same number of rows needed; nm/(n + m) times
 * a weighted Jensen–Shannon divergence, so that an empty cell is no problem.
 *
 * Effect: V_b. Cost: two logarithms a cell. Edge cases: as for chi-square.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type ChiSquareResult, tested } from "./chi-square.ts";
import { noAnswer } from "./counts-result.ts";
import { pairedCounts } from "./paired-counts.ts";

export function gTest(kernel: Kernel, a: Float64Array, c: Float64Array): ChiSquareResult {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...noAnswer(), dof: 0 };
  const { n, m } = counts;
  let sum = 0;
  for (let cell = 0; cell < a.length; cell++) {
    const both = a[cell] + c[cell];
    if (both === 0) continue;
    // Gaps of the two rows are equal but for the sign: (a m − c n)/(n + m), found without taking large from large.
    const gap = (a[cell] * m - c[cell] * n) / (n + m);
    const [expectedA, expectedC] = [(both * n) / (n + m), (both * m) / (n + m)];
    sum +=
      expectedA * likelihoodExcess(kernel, gap / expectedA) +
      expectedC * likelihoodExcess(kernel, -gap / expectedC);
  }
  return tested(kernel, a, c, 2 * sum);
}

/**
 * (1 + x) ln(1 + x) − x for x ≥ −1: what a cell with an excess of x times its expectation adds, per expected row. The −x
 * adds up to 0 over the table, and with it no summand is negative: near-equal shares lose no digits to each other.
 */
export function likelihoodExcess(kernel: Kernel, x: number): number {
  if (x <= -1) return 1;
  if (Math.abs(x) > 0.01) return (1 + x) * kernel.log1p(x) - x;
  // x²/2 − x³/6 + x⁴/12 − …, the k-th over k(k − 1): eight of them are exact to rounding here.
  let sum = 0;
  for (let k = 9; k >= 2; k--) sum = x * -sum + 1 / (k * (k - 1));
  return x * x * sum;
}
