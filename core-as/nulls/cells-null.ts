/**
 * Sampling nulls that depend on the reference's cells only: computed once, when the reference is made, and stored with
 * it, so that a window only looks up (METHODS §4).
 */
import type { Kernel } from "../kernel-api.ts";

/**
 * Eigenvalues of the Anderson–Darling form on cells. Without drift √e·(F_R − F_C) at the inner edges is a Brownian bridge
 * at the reference's cumulative shares u, so the statistic is a sum of squares of normals with these weights
 * (Anderson & Darling 1952, on a grid).
 */
export function andersonDarlingEigenvalues(kernel: Kernel, counts: Float64Array): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const edges: { u: number; root: number }[] = [];
  let running = 0;
  for (let i = 0; i + 1 < counts.length; i++) {
    running += counts[i];
    if (running === 0 || running === n) continue;
    const u = running / n;
    edges.push({ u, root: Math.sqrt((counts[i] + counts[i + 1]) / (2 * n) / (u * (1 - u))) });
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

/** Upper tails at which the largest gap's quantiles are stored. */
export const upperTails = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const bridgeDraws = 20_000;
/** Cells from which on the grid counts as fine. */
const fineCells = 100;

/**
 * Quantiles of max |B(u)| on the reference's own grid, at `upperTails`. Empty where no cell holds much more than its
 * share: then Kolmogorov's distribution needs only a small correction for the grid (METHODS §4).
 */
export function bridgeQuantiles(kernel: Kernel, counts: Float64Array, seed: number): number[] {
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length >= fineCells && counts.every((count) => count <= (2.5 * n) / counts.length)) return [];
  const grid = innerShares(counts);
  if (grid.length === 0) return [];
  const maxima = kernel.bridgeMaxima(grid, bridgeDraws, seed);
  return upperTails.map((tail) => maxima[Math.min(bridgeDraws - 1, Math.floor((1 - tail) * bridgeDraws))]);
}

/** P(max |B(u)| > x) from the stored quantiles: linear in x² between them, with the exact exponent beyond the last. */
export function bridgeTail(
  kernel: Kernel,
  quantiles: readonly number[],
  counts: Float64Array,
  x: number,
): { pValue: number; extrapolated: boolean } {
  const last = quantiles.length - 1;
  if (x <= quantiles[0])
    return { pValue: 1 - 0.5 * (quantiles[0] > 0 ? x / quantiles[0] : 0), extrapolated: false };
  const at = (i: number): [number, number] => [quantiles[i] * quantiles[i], kernel.log(upperTails[i])];
  for (let i = 0; i < last; i++) {
    if (x > quantiles[i + 1]) continue;
    const [x0, y0] = at(i);
    const [x1, y1] = at(i + 1);
    return { pValue: kernel.exp(y0 + ((y1 - y0) * (x * x - x0)) / (x1 - x0 || 1)), extrapolated: false };
  }
  const [x0, y0] = at(last);
  // Far out the largest gap exceeds x where the bridge is widest: exp(−x²/(2u(1−u))).
  const widest = innerShares(counts).reduce((most, u) => Math.max(most, u * (1 - u)), 0);
  return { pValue: kernel.exp(y0 - (x * x - x0) / (2 * widest)), extrapolated: true };
}

function innerShares(counts: Float64Array): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const shares = new Set<number>();
  let running = 0;
  for (const count of counts) {
    running += count;
    if (running > 0 && running < n) shares.add(running / n);
  }
  return Float64Array.from(shares);
}
