/**
 * The numbers that other monitors compute, on samples and in cells of their own, as their documentation and behaviour have
 * them. Ours are defined differently (docs/methods): these exist to measure what their rules would do.
 */
import type { Kernel } from "#core/kernel-api.ts";

/** Sorted values, or counts of the categories. */
export interface Sample {
  rows: number;
  sorted: Float64Array | null;
  counts: Float64Array | null;
}

const valuesOf = ({ sorted }: Sample): Float64Array => {
  if (sorted === null) throw new TypeError("this rule is for numbers");
  return sorted;
};

export function wassersteinOverStd(kernel: Kernel, reference: Sample): (window: Sample) => number {
  const values = valuesOf(reference);
  const std = Math.sqrt(kernel.moments(values).variance);
  return (window) => kernel.wassersteinSamples(values, valuesOf(window)) / Math.max(0.001, std);
}

export function ksGap(kernel: Kernel, reference: Sample): (window: Sample) => number {
  return (window) => kernel.ksSamples(valuesOf(reference), valuesOf(window));
}

/** Kolmogorov's limit with Stephens' (1970) correction for finite samples. */
export function ksPValue(kernel: Kernel, reference: Sample, window: Sample): number {
  const root = Math.sqrt((reference.rows * window.rows) / (reference.rows + window.rows));
  return kernel.kolmogorovSf((root + 0.12 + 0.11 / root) * ksGap(kernel, reference)(window));
}

/** The reference's shares are taken for exact; a category that it does not have makes the statistic infinite. */
export function goodnessOfFit(reference: Sample, window: Sample): { statistic: number; dof: number } {
  const [a, c] = [reference.counts ?? [], window.counts ?? []];
  let [statistic, dof] = [0, -1];
  for (let i = 0; i < a.length; i++) {
    if (a[i] + c[i] === 0) continue;
    dof++;
    const expected = (a[i] * window.rows) / reference.rows;
    statistic += (c[i] - expected) ** 2 / expected;
  }
  return { statistic, dof };
}

export function goodnessOfFitP(kernel: Kernel, reference: Sample, window: Sample): number {
  const { statistic, dof } = goodnessOfFit(reference, window);
  return statistic === Infinity ? 0 : kernel.chi2Sf(statistic, dof);
}

/** Equal cells from the least to the largest value of both samples, as many as Sturges' rule says; or the categories. */
export function sturgesShares(reference: Sample, window: Sample): [number[], number[]] {
  if (reference.counts && window.counts) return [sharesOf(reference), sharesOf(window)];
  const [r, c] = [valuesOf(reference), valuesOf(window)];
  const least = Math.min(r[0], c[0]);
  const most = Math.max(r[r.length - 1], c[c.length - 1]);
  const cells = Math.ceil(Math.log2(r.length + c.length) + 1);
  const edges = Array.from({ length: cells - 1 }, (_, i) => least + ((i + 1) * (most - least)) / cells);
  return [histogram(r, edges), histogram(c, edges)];
}

const sharesOf = ({ counts, rows }: Sample): number[] => Array.from(counts ?? [], (count) => count / rows);

/** Shares of sorted values in cells that are closed on the left. */
function histogram(sorted: Float64Array, edges: readonly number[]): number[] {
  const ends = [0, ...edges.map((edge) => firstAtLeast(sorted, edge)), sorted.length];
  return ends.slice(1).map((end, i) => (end - ends[i]) / sorted.length);
}

function firstAtLeast(sorted: Float64Array, value: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Empty cells become 0.0001, or a millionth of the least share where that is smaller. */
export function psiOf(p: readonly number[], q: readonly number[]): number {
  const filled = (shares: readonly number[]): number[] => {
    const least = Math.min(...shares.filter((share) => share > 0));
    return shares.map((share) => share || (least <= 1e-4 ? least / 1e6 : 1e-4));
  };
  const [a, c] = [filled(p), filled(q)];
  return a.reduce((sum, share, i) => sum + (share - c[i]) * Math.log(share / c[i]), 0);
}

/** The root of the Jensen–Shannon divergence in nats; cells empty on both sides say nothing. */
export function jsOf(p: readonly number[], q: readonly number[]): number {
  const part = (x: number, mean: number): number => (x > 0 ? x * Math.log(x / mean) : 0);
  const sum = p.reduce((total, x, i) => total + part(x, (x + q[i]) / 2) + part(q[i], (x + q[i]) / 2), 0);
  return Math.sqrt(Math.max(0, sum / 2));
}

/** In bits, on Doane's cells of the reference; what lies outside them is a cell of its own. */
export function doaneJs(reference: Sample): (window: Sample) => number {
  const few = reference.counts ? null : distinctValues(valuesOf(reference));
  if (few) {
    // Numbers with at most 50 values, each for more than ten rows on average, are taken for categories.
    const p = histogram(valuesOf(reference), few.slice(1));
    return (window) => jsOf(p, histogram(valuesOf(window), few.slice(1))) / Math.sqrt(Math.LN2);
  }
  if (reference.counts) return (window) => jsOf(sharesOf(reference), sharesOf(window)) / Math.sqrt(Math.LN2);
  const r = valuesOf(reference);
  const [least, most] = [r[0], r[r.length - 1]];
  const cells = doaneCells(r);
  const edges = Array.from({ length: cells + 1 }, (_, i) => least + (i * (most - least)) / cells);
  // The last of NumPy's cells holds its right end; then both outsides are taken together.
  const within = (sorted: Float64Array): number[] => {
    const ends = edges.map((edge, i) => (i < cells ? firstAtLeast(sorted, edge) : firstAbove(sorted, edge)));
    const shares = ends.slice(1).map((end, i) => (end - ends[i]) / sorted.length);
    return [...shares, Math.max(0, 1 - (ends[cells] - ends[0]) / sorted.length)];
  };
  const p = within(r);
  return (window) => jsOf(p, within(valuesOf(window))) / Math.sqrt(Math.LN2);
}

function distinctValues(sorted: Float64Array): number[] | null {
  const values: number[] = [];
  for (const value of sorted) {
    if (values[values.length - 1] === value) continue;
    if (values.length === Math.min(50, sorted.length / 10)) return null;
    values.push(value);
  }
  return values;
}

function firstAbove(sorted: Float64Array, value: number): number {
  let at = firstAtLeast(sorted, value);
  while (at < sorted.length && sorted[at] === value) at++;
  return at;
}

/** Doane (1976): Sturges' rule and more for skewness. */
function doaneCells(values: Float64Array): number {
  const n = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / n;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / n;
  if (!(variance > 0) || n < 3) return 1;
  const skewness = values.reduce((sum, x) => sum + (x - mean) ** 3, 0) / n / variance ** 1.5;
  const spread = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
  return Math.ceil(1 + Math.log2(n) + Math.log2(1 + Math.abs(skewness) / spread));
}
