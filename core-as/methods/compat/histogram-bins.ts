/**
 * Bins of equal width as NumPy's histograms have them: their number by the rule of Sturges (1926) or of Doane (1976), and
 * rows counted so that a bin holds its left border and not its right one, the last bin both. Evidently and NannyML bin by
 * these; ours are order statistics of the reference (METHODS §2), which neither outliers nor the window can move.
 *
 * The numbers are NumPy's to the last bit where a border decides: width = range/(log₂ n + 1), bins = ⌈range/width⌉, so that
 * at n = 1024 it is rounding that makes eleven bins of it, or twelve. (In Doane's rule that is noise of NumPy's own sums, where
 * a sample is symmetric and its rows a power of two.) NumPy 2 widens bins of whole-number columns to at least
 * 1; NumPy 1.24, which the expected values come from, does not, and NannyML turns them into fractions first.
 *
 * Cost: a binary search a border. Edge cases: all values equal make one bin of width 1 around them; no value, no bins.
 */
import type { Kernel } from "../../kernel/api.ts";
import { centralMoments } from "../numeric/descriptive.ts";

/** Borders by Sturges: range/(log₂ n + 1). `sorted` ascends and is finite. */
export function sturgesEdges(kernel: Kernel, sorted: Float64Array): Float64Array {
  return edgesOf(sorted, (range) => range / (log2(kernel, sorted.length) + 1));
}

/** Borders by Doane: Sturges's, and more of them the more skewed the sample is. */
export function doaneEdges(kernel: Kernel, sorted: Float64Array): Float64Array {
  const n = sorted.length;
  return edgesOf(sorted, (range) => {
    if (n <= 2 || range === 0) return 0;
    const error = Math.sqrt((6 * (n - 2)) / ((n + 1) * (n + 3)));
    const skewness = Math.abs(centralMoments(sorted).skewness);
    return range / (1 + log2(kernel, n) + log2(kernel, 1 + skewness / error));
  });
}

/** `bins` bins of equal width from the smallest value to the largest; for equal values half a unit around them. */
export function equalEdges(sorted: Float64Array, bins: number): Float64Array {
  if (sorted.length === 0) return new Float64Array(0);
  const { first, last } = outerEdges(sorted);
  const width = (last - first) / bins;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) => i * width + first);
  edges[bins] = last;
  // Values so near each other, or so far apart, that their bins cannot be told apart or written: NumPy refuses them.
  return edges.every((edge, i) => Number.isFinite(edge) && (i === 0 || edge > edges[i - 1]))
    ? edges
    : new Float64Array(0);
}

export interface BinCounts {
  counts: Float64Array;
  below: number;
  above: number;
}

/** Counts of a sorted sample in left-closed bins, the last one closed on both sides. */
export function countInBins(sorted: Float64Array, edges: Float64Array): BinCounts {
  const bins = Math.max(0, edges.length - 1);
  if (bins === 0) return { counts: new Float64Array(0), below: 0, above: 0 };
  const counts = new Float64Array(bins);
  const below = firstAtLeast(sorted, edges[0], 0);
  let start = below;
  for (let bin = 0; bin < bins; bin++) {
    const end =
      bin < bins - 1 ? firstAtLeast(sorted, edges[bin + 1], start) : firstAbove(sorted, edges[bins], start);
    counts[bin] = end - start;
    start = end;
  }
  return { counts, below, above: sorted.length - start };
}

/** The distinct values of sorted samples together, ascending; −0 and 0 are one value. */
export function distinctValues(...samples: Float64Array[]): Float64Array {
  const all = new Float64Array(samples.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const sample of samples) {
    all.set(sample, at);
    at += sample.length;
  }
  all.sort();
  return all.filter((value, i) => i === 0 || value !== all[i - 1]).map((value) => (value === 0 ? 0 : value));
}

function edgesOf(sorted: Float64Array, widthOf: (range: number) => number): Float64Array {
  if (sorted.length === 0) return new Float64Array(0);
  const { first, last } = outerEdges(sorted);
  const width = widthOf(sorted[sorted.length - 1] - sorted[0]);
  const bins = width !== 0 ? Math.ceil((last - first) / width) : 1;
  return Number.isSafeInteger(bins) && bins <= mostBins ? equalEdges(sorted, bins) : new Float64Array(0);
}

/** Both rules give logarithms of the row count: more bins than this come from an overflow. */
const mostBins = 1e4;

function outerEdges(sorted: Float64Array): { first: number; last: number } {
  const [first, last] = [sorted[0], sorted[sorted.length - 1]];
  return first === last ? { first: first - 0.5, last: last + 0.5 } : { first, last };
}

/** Exact for powers of two, where a logarithm's last bit would make another number of bins. */
function log2(kernel: Kernel, x: number): number {
  let [part, power] = [x, 0];
  while (part >= 2) {
    part /= 2;
    power++;
  }
  return part === 1 ? power : kernel.log(x) / kernel.log(2);
}

function firstAtLeast(sorted: Float64Array, border: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < border) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstAbove(sorted: Float64Array, border: number, from: number): number {
  let [low, high] = [from, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] <= border) low = middle + 1;
    else high = middle;
  }
  return low;
}
