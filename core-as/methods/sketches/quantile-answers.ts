/**
 * What a quantile sketch can say: quantiles, shares, counts, and the gap between two of them. `low` and `high` here are
 * certain, not probable: the same question put to the sample behind the sketch has its answer between them. They speak of
 * that sample; how far a sample is from its population is another question.
 *
 * All of it is about finite values; missing ones and infinities are counted apart (METHODS §2). An empty sketch has no
 * answer: NaN. Cost: one pass over the cells in use.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result, undefinedResult, type Result } from "../result.ts";
import { highestOf, lowestOf, middleOf } from "./float-bits.ts";
import { downscale, finiteCount, type QuantileSketch } from "./quantile-sketch.ts";

/**
 * The value with at least a share q of the values at or below it (inverted CDF, as all of METHODS §2): the middle of the
 * cell it lies in, less than 2^−(p+1) of itself away; `low` and `high` are the ends of that cell.
 */
export function sketchQuantile(sketch: QuantileSketch, q: number): Result {
  const n = finiteCount(sketch);
  if (n === 0 || !(q >= 0 && q <= 1)) return { ...undefinedResult };
  const rank = Math.max(1, Math.ceil(q * n));
  let below = 0;
  let at = 0;
  while (below + sketch.counts[at] < rank) below += sketch.counts[at++];
  const key = sketch.keys[at];
  const { p } = sketch;
  return result(middleOf(key, p), { low: lowestOf(key, p), high: highestOf(key, p) });
}

/** How many values are at most x: certain bounds, and between them as if values lay evenly in the cell that x cuts. */
export function countAtMost(sketch: QuantileSketch, x: number): Result {
  if (Number.isNaN(x)) return { ...undefinedResult };
  const { keys, counts, p } = sketch;
  let [low, high, even] = [0, 0, 0];
  for (let i = 0; i < keys.length; i++) {
    const [lowest, highest] = [lowestOf(keys[i], p), highestOf(keys[i], p)];
    if (lowest > x) break;
    high += counts[i];
    if (highest <= x) {
      low += counts[i];
      even = low;
    } else even = low + counts[i] * shareBelow(lowest, highest, x);
  }
  return result(even, { low, high });
}

/** How far x lies into the cell; halves first, since the width of the last cells would pass the largest double. */
function shareBelow(lowest: number, highest: number, x: number): number {
  return (x / 2 - lowest / 2) / (highest / 2 - lowest / 2);
}

/** How many values lie in (a, b]; no answer when b lies below a. */
export function countBetween(sketch: QuantileSketch, a: number, b: number): Result {
  if (a === b) return result(0, { low: 0, high: 0 });
  const [upToA, upToB] = [countAtMost(sketch, a), countAtMost(sketch, b)];
  if (Number.isNaN(upToA.statistic + upToB.statistic) || a > b) return { ...undefinedResult };
  const low = Math.max(0, Number(upToB.low) - Number(upToA.high));
  const high = Number(upToB.high) - Number(upToA.low);
  return result(Math.min(high, Math.max(low, upToB.statistic - upToA.statistic)), { low, high });
}

/** The share of values at most x. */
export function sketchCdf(sketch: QuantileSketch, x: number): Result {
  const n = finiteCount(sketch);
  const { statistic, low, high } = countAtMost(sketch, x);
  if (n === 0 || Number.isNaN(statistic)) return { ...undefinedResult };
  return result(statistic / n, { low: Number(low) / n, high: Number(high) / n });
}

/** Two sketches over the same cells: what the kernel's statistics on counts take. */
export interface AlignedSketches {
  p: number;
  keys: Float64Array;
  a: Float64Array;
  c: Float64Array;
  /** 1 for the zeros: the one cell that holds a single value. */
  single: Uint8Array;
}

/** Both at the smaller precision, over the cells that either uses. */
export function alignSketches(kernel: Kernel, r: QuantileSketch, w: QuantileSketch): AlignedSketches {
  const p = Math.min(r.p, w.p);
  const [coarseR, coarseW] = [downscale(r, p), downscale(w, p)];
  const { keys } = kernel.sketchMerge(coarseR, coarseW);
  const spread = (sketch: QuantileSketch): Float64Array => {
    let at = 0;
    return keys.map((key) => (sketch.keys[at] === key ? sketch.counts[at++] : 0));
  };
  const single = Uint8Array.from(keys, (key) => (key === 0 ? 1 : 0));
  return { p, keys, a: spread(coarseR), c: spread(coarseW), single };
}

/**
 * The two-sample KS gap. At the ends of cells both distribution functions are known exactly, so the largest gap there is a
 * lower bound and the statistic; inside a cell it can be larger by no more than the mass in it (METHODS §2). The p-value
 * takes the lower end in Kolmogorov's limit: too large rather than too small.
 */
export function sketchKs(kernel: Kernel, r: QuantileSketch, w: QuantileSketch): Result {
  const [n, m] = [finiteCount(r), finiteCount(w)];
  if (n === 0 || m === 0) return { ...undefinedResult };
  const { a, c, single } = alignSketches(kernel, r, w);
  const { low, high } = kernel.ksCells(a, c, single);
  // n·m could pass 2^53; n/(n+m)·m cannot.
  const pValue = kernel.kolmogorovSf(Math.sqrt((n / (n + m)) * m) * low);
  return result(low, { pValue, low, high, effect: low });
}
