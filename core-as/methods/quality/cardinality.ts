/**
 * Number of distinct values in a window. It grows with rows, so the reference's own number says nothing until it is taken
 * for as many rows: if window and reference are alike, the window is a random choice of m of all n + m rows, and the number
 * of values that it meets has a mean (rarefaction: Hurlbert 1971) and a variance (Heck, van Belle & Simberloff 1975) that
 * follow from how often each value occurs on both sides together.
 *
 * p-value, two-sided: the tail of the number that would be met if values were met independently of each other, by a
 * saddlepoint (Lugannani & Rice 1980; for whole numbers Daniels 1987). Met values are negatively associated (Joag-Dev &
 * Proschan 1983): the true tail is lighter, and the test conservative. `low` and `high`: ± 1.96 standard deviations around the
 * number, within what both sides have; effect: the number over what was expected, less 1. Peers show the number untested.
 *
 * Cost: a pass over the values, and one step for each pair of different frequencies (at most some hundred thousand for a
 * million rows). Edge cases: no answer where a side has no rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { pairedCounts } from "../counts/paired-counts.ts";
import { type Chance, independentTail } from "./independent-tail.ts";
import { quality, type QualityResult } from "./quality-result.ts";

export interface Cardinality extends QualityResult {
  /** Distinct values that as many rows have without drift. */
  expected: number;
}

/** @param a rows of each value in the reference, `c` in the window */
export function cardinality(kernel: Kernel, a: Float64Array, c: Float64Array): Cardinality {
  const counts = pairedCounts(a, c);
  if (!counts) return { ...quality(NaN), expected: NaN };
  const { n, m } = counts;
  const met = c.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  const { groups, absent, mean, sd } = rarefied(kernel, a, c, n, m);
  const half = 1.959963984540054 * sd;
  const chances = (of: (absent: number) => number): Chance[] =>
    groups.map(([size, values]) => ({ chance: of(absent(size)), values }));
  const many = independentTail(
    kernel,
    chances((share) => 1 - share),
    met,
  );
  const few = independentTail(
    kernel,
    chances((share) => share),
    counts.kept - met,
  );
  return {
    ...quality(met, {
      pValue: Math.min(1, 2 * Math.min(many, few)),
      low: Math.max(0, met - half),
      high: Math.min(counts.kept, met + half),
      effect: met / mean - 1,
      samplingError: sd,
    }),
    expected: mean,
  };
}

function rarefied(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  n: number,
  m: number,
): { groups: [size: number, values: number][]; absent: (size: number) => number; mean: number; sd: number } {
  const bySize = new Map<number, number>();
  a.forEach((count, i) => {
    const both = count + c[i];
    if (both > 0) bySize.set(both, (bySize.get(both) ?? 0) + 1);
  });
  const groups = [...bySize].sort(([x], [y]) => x - y);
  const absent = absence(kernel, n, m);
  let [mean, variance] = [0, 0];
  groups.forEach(([size, values], i) => {
    const alone = absent(size);
    mean += values * (1 - alone);
    variance += values * alone * (1 - alone);
    // Two values are both absent less often than if they knew nothing of each other.
    variance += values * (values - 1) * (absent(2 * size) - alone * alone);
    for (let j = 0; j < i; j++) {
      const [other, others] = groups[j];
      variance += 2 * values * others * (absent(size + other) - alone * absent(other));
    }
  });
  return { groups, absent, mean, sd: Math.sqrt(Math.max(0, variance)) };
}

/** Probability that none of `size` given rows of n + m are among the window's m: C(n + m − size, m)/C(n + m, m). */
function absence(kernel: Kernel, n: number, m: number): (size: number) => number {
  const known = new Map<number, number>();
  const whole = kernel.lgamma(n + 1) - kernel.lgamma(n + m + 1);
  return (size) => {
    if (size > n) return 0;
    let share = known.get(size);
    if (share === undefined) {
      share =
        size <= 50
          ? product(n, m, size)
          : kernel.exp(kernel.lgamma(n + m - size + 1) - kernel.lgamma(n - size + 1) + whole);
      known.set(size, share);
    }
    return share;
  };
}

/** Row by row, which loses no digits where logarithms of factorials would. */
function product(n: number, m: number, size: number): number {
  let share = 1;
  for (let i = 0; i < size; i++) share *= (n - i) / (n + m - i);
  return share;
}
