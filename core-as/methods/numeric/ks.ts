/**
 * Do two samples have the same distribution? The Kolmogorov–Smirnov test: the largest gap between the two empirical
 * distribution functions (Smirnov 1939), in [0, 1]; the effect is the gap itself.
 *
 * p is two-sided, by one of four laws: `exact` for two samples without ties (`kolmogorov-two-sample.ts`); `asymptotic` as
 * SciPy has it, the exact one-sample law at n = nm/(n + m), rounded; `limit`, Kolmogorov's (1933); `stephens`, the limit with
 * Stephens' correction for small sizes (1970). Ties make all of them careful: the true p is smaller. Cost: one merge.
 * Edge cases: an empty side has no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { kolmogorovExactSf } from "./kolmogorov-exact.ts";
import { exactTwoSampleSf } from "./kolmogorov-two-sample.ts";
import type { Sample } from "./sample.ts";

export type KsLaw = "exact" | "asymptotic" | "limit" | "stephens";

export interface KsTest extends Result {
  /** sup(F_R − F_C), positive where the current values are larger, and sup(F_C − F_R). */
  greater: number;
  less: number;
}

/** SciPy's rule for choosing by itself. */
const exactRows = 10_000;

/** @param law `exact` up to 10,000 values a side unless said otherwise; where that would take too long `asymptotic` */
export function ksOnSamples(kernel: Kernel, r: Sample, c: Sample, law?: KsLaw): KsTest {
  const [n, m] = [r.sorted.length, c.sorted.length];
  const statistic = kernel.ksSamples(r.sorted, c.sorted);
  if (Number.isNaN(statistic)) return { ...undefinedResult, greater: NaN, less: NaN };
  const pValue = ksPValue(kernel, statistic, n, m, law);
  return { ...result(statistic, { pValue, effect: statistic }), ...oneSided(r.sorted, c.sorted) };
}

/** @param statistic a gap between samples of n and m values, both at least 1 */
export function ksPValue(kernel: Kernel, statistic: number, n: number, m: number, law?: KsLaw): number {
  const e = (n * m) / (n + m);
  const root = Math.sqrt(e);
  switch (law) {
    case "limit":
      return kernel.kolmogorovSf(root * statistic);
    case "stephens":
      return kernel.kolmogorovSf((root + 0.12 + 0.11 / root) * statistic);
    case "asymptotic":
      return kolmogorovExactSf(kernel, statistic, roundHalfEven(e));
    case "exact":
      return exactTwoSampleSf(kernel, statistic, n, m) ?? NaN;
    case undefined: {
      const exact = Math.max(n, m) <= exactRows ? exactTwoSampleSf(kernel, statistic, n, m) : null;
      return exact ?? ksPValue(kernel, statistic, n, m, "asymptotic");
    }
  }
}

/** NumPy rounds halves to the even neighbour; the law at one value less or more differs in the fourth digit. */
function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

function oneSided(r: Float64Array, c: Float64Array): { greater: number; less: number } {
  const [n, m] = [r.length, c.length];
  let [i, j, greater, less] = [0, 0, 0, 0];
  while (i < n && j < m) {
    const value = Math.min(r[i], c[j]);
    while (i < n && r[i] === value) i++;
    while (j < m && c[j] === value) j++;
    greater = Math.max(greater, i / n - j / m);
    less = Math.max(less, j / m - i / n);
  }
  return { greater, less };
}
