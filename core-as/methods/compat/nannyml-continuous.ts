/**
 * NannyML's univariate drift of a continuous column, prepared from the reference once and asked for each chunk:
 *
 * - `kolmogorov_smirnov`: the gap, as a distance; exact below 10,000 reference rows, else over 10,000 bins of equal width
 *   between the reference's smallest and largest value, which hides what happens inside a bin.
 * - `wasserstein`: exact below 10,000 rows; else the area between both distributions at the bins' right borders, with each
 *   side's rows outside counted as one more than they are.
 * - `jensen_shannon` (base 2) and `hellinger`: over Doane's bins of the reference and one more cell for what lies outside.
 *
 * Missing and infinite values are dropped. A chunk without values has no answer (NaN). Cost: a sort a chunk; ten thousand
 * binary searches where bins are used.
 */
import type { Kernel } from "../../kernel/api.ts";
import { countInBins, equalEdges } from "./histogram-bins.ts";
import { nannymlBins, nannymlCounts, withOutside } from "./nannyml-cells.ts";

export type ContinuousMethod = "kolmogorov_smirnov" | "wasserstein" | "jensen_shannon" | "hellinger";

/** From a chunk's finite values, ascending, to its distance from the reference. */
export type SampleMeasure = (chunk: Float64Array) => number;

const rowsToBin = 10_000;
const binCount = 10_000;

/** @param r the reference's finite values, ascending */
export function fitContinuous(kernel: Kernel, method: ContinuousMethod, r: Float64Array): SampleMeasure {
  const measure = prepared(kernel, method, r);
  return (chunk) => (chunk.length > 0 && r.length > 0 ? measure(chunk) : NaN);
}

function prepared(kernel: Kernel, method: ContinuousMethod, r: Float64Array): SampleMeasure {
  if (method === "jensen_shannon" || method === "hellinger") {
    const bins = nannymlBins(kernel, r);
    const kind = method === "hellinger" ? "hellinger" : "js";
    return (chunk) => {
      const { a, c } = withOutside(bins.a, nannymlCounts(bins, chunk));
      return a.length > 0 ? kernel.divergences(a, c)[kind] : NaN;
    };
  }
  if (r.length < rowsToBin)
    return method === "wasserstein"
      ? (chunk) => kernel.wassersteinSamples(r, chunk)
      : (chunk) => kernel.ksSamples(r, chunk);
  const edges = equalEdges(r, binCount);
  const reference = cumulated(countInBins(r, edges).counts, r.length);
  return method === "wasserstein"
    ? (chunk) => binnedWasserstein(edges, reference, chunk)
    : (chunk) => binnedKs(edges, reference, chunk);
}

/** Shares of rows up to the right border of each bin. */
function cumulated(counts: Float64Array, rows: number): Float64Array {
  let sum = 0;
  return counts.map((count) => (sum += count) / rows);
}

function binnedKs(edges: Float64Array, reference: Float64Array, chunk: Float64Array): number {
  if (edges.length === 0) return NaN;
  const { counts, below } = countInBins(chunk, edges);
  let [rows, gap] = [below, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    rows += counts[bin];
    gap = Math.max(gap, Math.abs(reference[bin] - rows / chunk.length));
  }
  return gap;
}

function binnedWasserstein(edges: Float64Array, reference: Float64Array, chunk: Float64Array): number {
  if (edges.length === 0) return NaN;
  const { counts, below, above } = countInBins(chunk, edges);
  const width = edges[1] - edges[0];
  // Rows outside, and the border with them: a step function from the farthest of them to the border, 1/n a row.
  const before = below > 0 ? (below + 1) / chunk.length : 0;
  let outside = 0;
  for (let i = 0; i < below; i++) {
    const next = i + 1 < below ? chunk[i + 1] : edges[0];
    outside += ((i + 1) / chunk.length) * (next - chunk[i]);
  }
  for (let i = chunk.length - above; i < chunk.length; i++) {
    const previous = i > chunk.length - above ? chunk[i - 1] : edges[edges.length - 1];
    outside += ((chunk.length - i) / chunk.length) * (chunk[i] - previous);
  }
  let [rows, within] = [0, 0];
  for (let bin = 0; bin < counts.length; bin++) {
    rows += counts[bin];
    within += Math.abs(reference[bin] - (rows / chunk.length + before)) * width;
  }
  return within + outside;
}
