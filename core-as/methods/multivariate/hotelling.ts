/**
 * Do two samples of many features have the same mean? Hotelling's T² (1931): the difference of the mean vectors measured in
 * the pooled covariance, which knows how features go together; p from F with k and n + m − k − 1 degrees of freedom. The
 * effect is the Mahalanobis distance of the means, in standard deviations. Cost: k² a row, k³ once. Edge cases: fewer rows
 * than features allow, or features that determine each other, have no answer.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { symmetricEigen } from "./eigen.ts";

export interface Hotelling extends Result {
  f: number;
  dof: [number, number];
}

/** @param r rows of equally many finite numbers, and `c` the same */
export function hotelling(kernel: Kernel, r: readonly Float64Array[], c: readonly Float64Array[]): Hotelling {
  const [n, m] = [r.length, c.length];
  const k = r[0]?.length ?? 0;
  const dof: [number, number] = [k, n + m - k - 1];
  const none = { ...undefinedResult, f: NaN, dof };
  if (n === 0 || m === 0 || k === 0 || dof[1] < 1) return none;
  const [meanR, meanC] = [meanOf(r, k), meanOf(c, k)];
  const pooled = new Float64Array(k * k);
  addScatter(pooled, r, meanR);
  addScatter(pooled, c, meanC);
  const { values, vectors } = symmetricEigen(
    pooled.map((value) => value / (n + m - 2)),
    k,
  );
  if (!(values[k - 1] > 1e-13 * values[0])) return none;
  const distance = vectors.reduce((sum, axis, i) => {
    const along = axis.reduce((total, entry, j) => total + entry * (meanR[j] - meanC[j]), 0);
    return sum + (along * along) / values[i];
  }, 0);
  const t2 = ((n * m) / (n + m)) * distance;
  const f = (t2 * dof[1]) / (k * (n + m - 2));
  return { ...result(t2, { pValue: kernel.fSf(f, dof[0], dof[1]), effect: Math.sqrt(distance) }), f, dof };
}

function meanOf(rows: readonly Float64Array[], k: number): Float64Array {
  return Float64Array.from({ length: k }, (_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}

function addScatter(into: Float64Array, rows: readonly Float64Array[], mean: Float64Array): void {
  const k = mean.length;
  for (const row of rows)
    for (let i = 0; i < k; i++)
      for (let j = 0; j < k; j++) into[i * k + j] += (row[i] - mean[i]) * (row[j] - mean[j]);
}
