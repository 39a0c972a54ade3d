/**
 * The sampling null of the weighted squared gaps between distribution functions: Anderson–Darling, Cramér–von Mises and
 * energy on cells.
 *
 * Without drift √e·(F_R − F_C) at the inner edges is a Brownian bridge at the reference's cumulative shares u, so the
 * statistic is a sum of squared normals whose weights are the eigenvalues of the weighted covariance of that bridge
 * (Anderson & Darling 1952, on a grid); its tail comes from the saddlepoint of `quadraticFormSf`.
 */
import type { Kernel } from "../kernel/api.ts";

/**
 * Eigenvalues, descending, of the form Σ weights_i·(bridge at u_i)². Cost: cubic in the cells, about 15 ms for 120 of
 * them. Edges at which u is 0 or 1 carry nothing and are left out.
 *
 * @param weights one an inner edge
 */
export function quadraticEigenvalues(
  kernel: Kernel,
  counts: Float64Array,
  weights: Float64Array,
): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const edges: { u: number; root: number }[] = [];
  let running = 0;
  for (let i = 0; i + 1 < counts.length; i++) {
    running += counts[i];
    if (running === 0 || running === n) continue;
    edges.push({ u: running / n, root: Math.sqrt(weights[i]) });
  }
  const k = edges.length;
  const matrix = new Float64Array(k * k);
  for (let i = 0; i < k; i++)
    for (let j = 0; j < k; j++) {
      const [low, high] = i < j ? [edges[i], edges[j]] : [edges[j], edges[i]];
      matrix[i * k + j] = low.root * high.root * low.u * (1 - high.u);
    }
  return kernel.symmetricEigenvalues(matrix, k).map((value) => Math.max(0, value));
}

/** The weights of Anderson–Darling: half the mass at both sides, over the bridge's variance u(1 − u) there. */
export function andersonDarlingWeights(counts: Float64Array): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  let running = 0;
  return Float64Array.from({ length: Math.max(0, counts.length - 1) }, (_, i) => {
    running += counts[i];
    const u = running / n;
    return running === 0 || running === n ? 0 : (counts[i] + counts[i + 1]) / (2 * n) / (u * (1 - u));
  });
}
