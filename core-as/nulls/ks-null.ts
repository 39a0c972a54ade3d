/**
 * The sampling null of the largest gap on cells: tabulated from the bridge on the reference's own grid where single
 * values weigh much, Kolmogorov's distribution with a correction for the grid elsewhere, and exact for small windows.
 */
import type { Kernel } from "../kernel/api.ts";
import { dirichletLaw, exactKsSf, pooledLaw } from "./exact-ks.ts";

/** Upper tails at which the largest gap's quantiles are stored. */
export const upperTails = [0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];
const bridgeDraws = 20_000;
/** Cells from which on the grid counts as fine. */
const fineCells = 100;
/** Up to this many rows the limit distributions are replaced by the exact one (METHODS §4). */
const exactRows = 1000;

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

/**
 * P(the largest gap is at least `gap`) in the limit of many rows.
 *
 * @param quantiles of the bridge, as stored with the reference; empty without heavy cells
 */
export function ksLimit(
  kernel: Kernel,
  quantiles: readonly number[],
  a: Float64Array,
  e: number,
  gap: number,
): { pValue: number; extrapolated: boolean } {
  const scaled = gap * Math.sqrt(e);
  if (quantiles.length > 0) return bridgeTail(kernel, quantiles, a, scaled);
  return { pValue: kernel.kolmogorovSf(scaled + 0.5826 / Math.sqrt(a.length)), extrapolated: false };
}

/** The exact p-value where the window is small enough for it; null elsewhere. */
export function ksExact(
  kernel: Kernel,
  pooled: boolean,
  a: Float64Array,
  c: Float64Array,
  gap: number,
): number | null {
  const m = c.reduce((sum, count) => sum + count, 0);
  if (m > exactRows) return null;
  return exactKsSf(kernel, pooled ? pooledLaw(kernel, a, c) : dirichletLaw(kernel, a, m), gap);
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
