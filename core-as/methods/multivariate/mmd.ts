/**
 * How far apart are two samples of many features? The squared maximum mean discrepancy of Gretton et al. (2012) with a
 * Gaussian kernel exp(−d²/(2σ²)), σ the median distance of all pairs unless given: the mean similarity within the samples
 * less the one across. Biased: pairs of a row with itself counted, never negative. Unbiased: without them, 0 on average
 * when nothing differs. Cost: every pair twice; for a few thousand rows (fourier-mmd.ts is for more). Edge cases: an empty
 * side, no distance between any two rows, or a value that is not finite, has no answer; the unbiased form needs two rows a
 * side.
 */
import type { Kernel } from "../../kernel/api.ts";
import { quantile } from "../numeric/descriptive.ts";
import { summation } from "../numeric/exact-sum.ts";

export interface Mmd {
  biased: number;
  unbiased: number;
  /** σ, in the unit of the distances. */
  bandwidth: number;
}

/** @param r rows of equally many finite numbers, and `c` the same */
export function mmd(
  kernel: Kernel,
  r: readonly Float64Array[],
  c: readonly Float64Array[],
  bandwidth = medianDistance([...r, ...c]),
): Mmd {
  const [n, m] = [r.length, c.length];
  const finite = [r, c].every((rows) => rows.every((row) => row.every(Number.isFinite)));
  if (n === 0 || m === 0 || !(bandwidth > 0) || !finite) return { biased: NaN, unbiased: NaN, bandwidth };
  const scale = 2 * bandwidth * bandwidth;
  const similarity = (x: Float64Array, y: Float64Array): number => kernel.exp(-squaredDistance(x, y) / scale);
  const within = (rows: readonly Float64Array[]): number => {
    const sum = summation();
    for (let i = 0; i < rows.length; i++) for (let j = 0; j < i; j++) sum.add(similarity(rows[i], rows[j]));
    return 2 * sum.total();
  };
  const across = summation();
  for (const x of r) for (const y of c) across.add(similarity(x, y));
  const [ofR, ofC, between] = [within(r), within(c), (2 * across.total()) / (n * m)];
  return {
    biased: (ofR + n) / (n * n) + (ofC + m) / (m * m) - between,
    unbiased: n > 1 && m > 1 ? ofR / (n * (n - 1)) + ofC / (m * (m - 1)) - between : NaN,
    bandwidth,
  };
}

/** The median of the distances between all pairs of rows; NaN with fewer than two rows. */
export function medianDistance(rows: readonly Float64Array[]): number {
  const distances = new Float64Array((rows.length * (rows.length - 1)) / 2);
  let at = 0;
  for (let i = 0; i < rows.length; i++)
    for (let j = 0; j < i; j++) distances[at++] = Math.sqrt(squaredDistance(rows[i], rows[j]));
  return quantile(distances.sort(), 0.5);
}

function squaredDistance(x: Float64Array, y: Float64Array): number {
  if (x.length !== y.length) throw new RangeError(`rows of ${x.length} and ${y.length} features`);
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i] - y[i]) * (x[i] - y[i]);
  return sum;
}
