/** The nulls in plain TypeScript: the kernel's algorithms over arrays, with the host's `Math`. */
import type { Kernel, NullRequest } from "../kernel-api.ts";
import { checkedNull, square } from "../kernel-guards.ts";
import { adCells, chi2, divergences, ksCells, psi, sum, wassersteinCells } from "./cells.ts";
import { gamma, normal, seed } from "./generator.ts";
import { normalDensity, normalSf } from "./normal.ts";
import { binomial } from "./random-binomial.ts";
import { hypergeometric } from "./random-hypergeometric.ts";

export function bridgeMaxima(grid: Float64Array, draws: number, seedValue: number): Float64Array {
  seed(seedValue);
  const result = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    let walk = 0;
    const path = grid.map((u, i) => (walk += normal() * Math.sqrt(u - (i > 0 ? grid[i - 1] : 0))));
    const end = walk + normal() * Math.sqrt(1 - (grid.at(-1) ?? 0));
    result[draw] = path.reduce((most, w, i) => Math.max(most, Math.abs(w - grid[i] * end)), 0);
  }
  return result.sort();
}

type CellStatistic = (a: Float64Array, c: Float64Array, widths: Float64Array) => number;

const statisticOf: Record<NullRequest["statistic"], CellStatistic> = {
  ad: adCells,
  ks: (a, c) => ksCells(a, c, new Uint8Array(a.length)).low,
  psi: (a, c) => psi(a, c, { kind: "add", amount: 0.5 }),
  js: (a, c) => divergences(a, c).js,
  chi2: (a, c) => chi2(a, c).statistic,
  kl: (a, c) => divergences(a, c).klCurrentReference,
  hellinger: (a, c) => divergences(a, c).hellinger,
  wasserstein: wassersteinCells,
};

function dirichletMultinomial(a: Float64Array, m: number): Float64Array {
  const last = a.length - 1;
  const weights = new Float64Array(a.length);
  const rest = new Float64Array(a.length);
  for (let i = last; i >= 0; i--) {
    weights[i] = gamma(a[i] + (i === last ? 1 : 0));
    rest[i] = weights[i] + (i === last ? 0 : rest[i + 1]);
  }
  let rows = m;
  return weights.map((weight, i) => {
    const taken = i === last ? rows : binomial(rows, weight / rest[i]);
    rows -= taken;
    return taken;
  });
}

function multivariateHypergeometric(counts: Float64Array, keep: number): Float64Array {
  let remaining = sum(counts);
  let rows = Math.min(keep, remaining);
  return counts.map((count) => {
    remaining -= count;
    const taken = hypergeometric(count, remaining, rows);
    rows -= taken;
    return taken;
  });
}

export function simulateNull(request: NullRequest): Float64Array {
  const { sampler, statistic, a, c, m, draws, seed: seedValue } = checkedNull(request);
  const pooled = a.map((count, i) => count + c[i]);
  seed(seedValue);
  const result = new Float64Array(draws);
  for (let draw = 0; draw < draws; draw++) {
    const drawn =
      sampler === "dirichlet" ? dirichletMultinomial(a, m) : multivariateHypergeometric(pooled, m);
    const left = sampler === "dirichlet" ? a : pooled.map((count, i) => count - drawn[i]);
    result[draw] = statisticOf[statistic](left, drawn, request.widths ?? new Float64Array());
  }
  return result.sort();
}

export function thin(counts: Float64Array, keep: number, seedValue: number): Float64Array {
  seed(seedValue);
  return multivariateHypergeometric(counts, keep);
}

/** Jacobi rotations on a copy, eigenvalues descending. */
export const symmetricEigenvalues: Kernel["symmetricEigenvalues"] = (matrix, k) => {
  square(matrix, k);
  const m = matrix.slice();
  const at = (i: number, j: number): number => m[i * k + j];
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < k; i++) {
      diagonal += at(i, i) ** 2;
      for (let j = i + 1; j < k; j++) off += at(i, j) ** 2;
    }
    if (off <= 1e-32 * diagonal) break;
    for (let p = 0; p < k - 1; p++) for (let q = p + 1; q < k; q++) rotate(m, k, p, q);
  }
  return Float64Array.from({ length: k }, (_, i) => at(i, i))
    .sort()
    .reverse();
};

function rotate(m: Float64Array, k: number, p: number, q: number): void {
  const pq = m[p * k + q];
  if (pq === 0) return;
  const theta = (m[q * k + q] - m[p * k + p]) / (2 * pq);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1);
  const s = t * c;
  for (let i = 0; i < k; i++) {
    const [x, y] = [m[i * k + p], m[i * k + q]];
    m[i * k + p] = c * x - s * y;
    m[i * k + q] = s * x + c * y;
  }
  for (let i = 0; i < k; i++) {
    const [x, y] = [m[p * k + i], m[q * k + i]];
    m[p * k + i] = c * x - s * y;
    m[q * k + i] = s * x + c * y;
  }
}

export function quadraticFormSf(x: number, eigenvalues: Float64Array): number {
  if (Number.isNaN(x)) return NaN;
  if (!(x > 0)) return 1;
  const largest = eigenvalues.reduce((most, l) => Math.max(most, l), 0);
  if (!(largest > 0)) return 0;
  const l = eigenvalues.map((value) => value / largest);
  const target = x / largest;
  const mean = sum(l);
  const variance = 2 * l.reduce((total, value) => total + value * value, 0);
  const distance = (target - mean) / Math.sqrt(variance);
  if (Math.abs(distance) < 1e-4) {
    const skew = 8 * l.reduce((total, value) => total + value ** 3, 0);
    return 0.5 - skew / (6 * Math.sqrt(2 * Math.PI) * variance ** 1.5) - distance * 0.3989422804014327;
  }
  const slope = (s: number): number => l.reduce((total, value) => total + value / (1 - 2 * value * s), 0);
  const curvature = (s: number): number =>
    2 * l.reduce((total, value) => total + (value / (1 - 2 * value * s)) ** 2, 0);
  let [low, high] = distance > 0 ? [0, 0.5] : [-1, 0];
  while (distance < 0 && slope(low) > target && low > -1e300) [low, high] = [low * 2, low];
  let s = (low + high) / 2;
  for (let step = 0; step < 200; step++) {
    const error = slope(s) - target;
    if (error > 0) high = s;
    else low = s;
    let moved = s - error / curvature(s);
    if (!(moved > low && moved < high)) moved = (low + high) / 2;
    if (Math.abs(moved - s) <= 1e-15 * Math.abs(s) || moved === s) break;
    s = moved;
  }
  const cumulant = l.reduce((total, value) => total - Math.log1p(-2 * value * s) / 2, 0);
  const w = Math.sign(s) * Math.sqrt(Math.max(0, 2 * (s * target - cumulant)));
  const v = s * Math.sqrt(curvature(s));
  return Math.max(0, Math.min(1, normalSf(w) + normalDensity(w) * (1 / v - 1 / w)));
}
