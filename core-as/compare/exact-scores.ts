/**
 * What the rows themselves say, beside the counts that decide: exact statistics on two columns, by method. They are shown
 * and do not decide: their p-values know neither the family of tests nor how days differ (METHODS §4), only sampling.
 *
 * Numbers: one sort a side, which the caller has done, and a merge a method. Categories: counts over all values of both
 * sides, with none left over. p-values are SciPy's where SciPy has the test; Cramér–von Mises' is the one without ties.
 */
import type { CategoricalColumn } from "../domain/columns.ts";
import type { ComparisonScore } from "../domain/comparison.ts";
import type { Kernel } from "../kernel/api.ts";
import { chiSquare } from "../methods/counts/chi-square.ts";
import type { CountsResult } from "../methods/counts/counts-result.ts";
import { cramersV } from "../methods/counts/cramers-v.ts";
import { gTest } from "../methods/counts/g-test.ts";
import { hellinger } from "../methods/counts/hellinger.ts";
import { js } from "../methods/counts/js.ts";
import { kl } from "../methods/counts/kl.ts";
import { linf } from "../methods/counts/linf.ts";
import { psi } from "../methods/counts/psi.ts";
import { tvd } from "../methods/counts/tvd.ts";
import { andersonDarlingOnSamples } from "../methods/numeric/anderson-darling.ts";
import { cramerVonMisesOnSamples } from "../methods/numeric/cramer-von-mises.ts";
import { energyOnSamples } from "../methods/numeric/energy.ts";
import { ksPValue } from "../methods/numeric/ks.ts";
import { mannWhitneyOnSamples } from "../methods/numeric/mann-whitney.ts";
import type { Sample } from "../methods/numeric/sample.ts";
import { type MeanAndVariance, tTestOnMoments } from "../methods/numeric/t-test.ts";
import { type Result, result } from "../methods/result.ts";
import { fisher } from "../methods/shares/fisher.ts";
import { midP } from "../methods/shares/mid-p.ts";
import { ztest } from "../methods/shares/ztest.ts";

export type Scores = Record<string, ComparisonScore>;

/** Numbers that do not exist are null: JSON has no other way to say it. */
export const finite = (value: number | null): number | null =>
  value === null || !Number.isFinite(value) ? null : value;

export function scoreOf(found: Omit<Result, "effect">, on: ComparisonScore["on"]): ComparisonScore {
  const { statistic, pValue, low, high } = found;
  return { statistic: finite(statistic), pValue: finite(pValue), low: finite(low), high: finite(high), on };
}

/** On more rows than this, both sides together, tests that only repeat what the others say are left out. */
const mostRowsForAll = 500_000;

export function numericScores(kernel: Kernel, r: Sample, c: Sample): Scores {
  const [n, m] = [r.sorted.length, c.sorted.length];
  const gap = kernel.ksSamples(r.sorted, c.sorted);
  const found: Record<string, Result> = {
    ks: result(gap, { pValue: ksPValue(kernel, gap, n, m) }),
    ad: andersonDarlingOnSamples(kernel, [r.sorted, c.sorted]),
    wasserstein: result(kernel.wassersteinSamples(r.sorted, c.sorted)),
    ttest: tTestOnMoments(kernel, momentsOf(kernel, r), momentsOf(kernel, c)),
  };
  if (n + m <= mostRowsForAll) {
    const cvm = cramerVonMisesOnSamples(kernel, r, c);
    found.cvm = { ...cvm, pValue: cvm.pWithoutTies };
    found.energy = energyOnSamples(r, c);
    found.mannwhitney = mannWhitneyOnSamples(kernel, r, c);
  }
  return onRows(found);
}

/** With the variance over n − 1, as tests of means want it. */
function momentsOf(kernel: Kernel, { sorted }: Sample): MeanAndVariance {
  const { count, mean, variance } = kernel.moments(sorted);
  return { count, mean, variance: (variance * count) / (count - 1) };
}

/** Counts of the same cells on both sides, every value in one of them. */
export function countScores(kernel: Kernel, a: Float64Array, c: Float64Array): Scores {
  const limit = (known: CountsResult): Result => ({
    ...known,
    pValue: known.asymptotic ? known.pValue : null,
  });
  return onRows({
    chi2: chiSquare(kernel, a, c),
    g: gTest(kernel, a, c),
    cramers_v: cramersV(kernel, a, c),
    psi: limit(psi(kernel, a, c)),
    js: limit(js(kernel, a, c)),
    kl: limit(kl(kernel, a, c)),
    hellinger: limit(hellinger(kernel, a, c)),
    tvd: limit(tvd(kernel, a, c)),
    linf: limit(linf(kernel, a, c)),
  });
}

/** Of a yes-or-no column: `a` and `c` hold false and true. The difference of shares is reference less current. */
export function shareScores(kernel: Kernel, a: Float64Array, c: Float64Array): Scores {
  const [before, now] = [a, c].map(([failures, successes]) => ({ successes, failures }));
  return onRows({
    hypergeom: midP(kernel, before, now),
    ztest: ztest(kernel, before, now),
    fisher: fisher(kernel, before, now),
  });
}

/** Both columns' counts of every value that one of them has, ascending by value. */
export function pairedCategories(
  reference: CategoricalColumn,
  current: CategoricalColumn,
): { values: string[]; a: Float64Array; c: Float64Array } {
  const [before, now] = [reference, current].map(categoryCounts);
  const values = [...new Set([...before.keys(), ...now.keys()])].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
  const vector = (counts: Map<string, number>): Float64Array =>
    Float64Array.from(values, (value) => counts.get(value) ?? 0);
  return { values, a: vector(before), c: vector(now) };
}

/** Rows of each category that has any. */
export function categoryCounts({ codes, dictionary }: CategoricalColumn): Map<string, number> {
  const rows = new Float64Array(dictionary.length);
  for (const code of codes) if (code >= 0) rows[code]++;
  const counts = new Map<string, number>();
  dictionary.forEach((value, code) => {
    if (rows[code] > 0) counts.set(value, (counts.get(value) ?? 0) + rows[code]);
  });
  return counts;
}

function onRows(found: Record<string, Result>): Scores {
  return Object.fromEntries(Object.entries(found).map(([method, one]) => [method, scoreOf(one, "rows")]));
}
