/**
 * The numbers that other monitors hold against their thresholds, over the functions of core-as/methods that compute what
 * those tools compute, cells and all. A sample is kept as the tools see it: sorted values, or counts of categories.
 */
import type { Kernel } from "#core/kernel/api.ts";
import { evidentlyCells } from "#core/methods/compat/evidently-cells.ts";
import { evidentlyPsi, occupiedCells } from "#core/methods/compat/evidently-shares.ts";
import { measureCategorical } from "#core/methods/compat/nannyml-categorical.ts";
import { type ContinuousMethod, fitContinuous } from "#core/methods/compat/nannyml-continuous.ts";
import { goodnessOfFit } from "#core/methods/counts/goodness-of-fit.ts";
import { ksPValue } from "#core/methods/numeric/ks.ts";

/** Sorted values, or counts of the categories in a fixed order. */
export interface Sample {
  rows: number;
  sorted: Float64Array | null;
  counts: Float64Array | null;
}

/** Prepared with the reference once, asked for each window. */
export type Measure = (kernel: Kernel, reference: Sample) => (window: Sample) => number;

function valuesOf({ sorted }: Sample): Float64Array {
  if (sorted === null) throw new TypeError("this rule is for numbers");
  return sorted;
}

export const wassersteinOverStd: Measure = (kernel, reference) => {
  const values = valuesOf(reference);
  const std = Math.sqrt(kernel.moments(values).variance);
  return (window) => kernel.wassersteinSamples(values, valuesOf(window)) / Math.max(0.001, std);
};

export const ksGap: Measure = (kernel, reference) => (window) =>
  kernel.ksSamples(valuesOf(reference), valuesOf(window));

export const ksP: Measure = (kernel, reference) => (window) =>
  ksPValue(kernel, ksGap(kernel, reference)(window), reference.rows, window.rows);

export const evidentlyPsiOf: Measure = (kernel, reference) => (window) => {
  const { a, c } = evidentlyCounts(kernel, reference, window);
  return evidentlyPsi(kernel, a, c).statistic;
};

/** In nats, where ours is in bits. */
export const evidentlyJsOf: Measure = (kernel, reference) => (window) => {
  const { a, c } = evidentlyCounts(kernel, reference, window);
  return kernel.divergences(a, c).js * Math.sqrt(Math.LN2);
};

export const goodnessOfFitOf: Measure = (kernel, reference) => (window) =>
  goodnessOfFit(kernel, countsOf(reference), countsOf(window)).statistic;

export const goodnessOfFitP: Measure = (kernel, reference) => (window) =>
  goodnessOfFit(kernel, countsOf(reference), countsOf(window)).pValue ?? 1;

export const nannymlJs: Measure = (kernel, reference) => {
  if (reference.sorted) return onSamples(kernel, "jensen_shannon", reference);
  const known = categoriesOf(reference);
  return (window) => measureCategorical(kernel, "jensen_shannon", known, categoriesOf(window)).value;
};

export const nannymlKs: Measure = (kernel, reference) => onSamples(kernel, "kolmogorov_smirnov", reference);

function onSamples(kernel: Kernel, method: ContinuousMethod, reference: Sample): (window: Sample) => number {
  const measure = fitContinuous(kernel, method, valuesOf(reference));
  return (window) => measure(valuesOf(window));
}

interface Pair {
  a: Float64Array;
  c: Float64Array;
}

/** The cells of the last pair: PSI and JS ask for the same ones, and cutting them sorts both samples together. */
let last: { reference: Sample; window: Sample; pair: Pair } | null = null;

function evidentlyCounts(kernel: Kernel, reference: Sample, window: Sample): Pair {
  if (last?.reference === reference && last.window === window) return last.pair;
  const pair = reference.sorted
    ? evidentlyCells(kernel, reference.sorted, valuesOf(window))
    : occupiedCells(countsOf(reference), countsOf(window));
  last = { reference, window, pair };
  return pair;
}

function countsOf({ counts }: Sample): Float64Array {
  if (counts === null) throw new TypeError("this rule is for categories");
  return counts;
}

/** What has no rows does not exist for NannyML. */
const categoriesOf = (sample: Sample): Map<string, number> =>
  new Map([...countsOf(sample)].map((count, at): [string, number] => [String(at), count]).filter(([, count]) => count > 0)); // prettier-ignore
