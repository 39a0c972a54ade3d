/**
 * Where a change of distribution comes from: each cell's part of PSI and of the Jensen–Shannon divergence. Both are sums
 * over cells in which no summand is negative, so the parts are exact and add up to the whole; nothing is estimated.
 *
 * - PSI: (p − q) ln(p/q) of the smoothed shares.
 * - Jensen–Shannon: ½ (p log₂(2p/(p + q)) + q log₂(2q/(p + q))), in bits; the whole is the square of the distance `js`.
 *
 * Largest first, equal ones in the order of their cells. Cost: two logarithms a cell and a sort. Edge cases: a cell empty
 * on both sides has no part; the shares of a whole of 0 are NaN; no cells at all where there is no answer.
 */
import type { Kernel, Smoothing } from "../../kernel/api.ts";
import { pairedCounts, type PairedCounts } from "./paired-counts.ts";
import { halfACount } from "./psi.ts";

export interface CellContribution {
  /** Index of the cell. */
  cell: number;
  /** In the unit of the whole: PSI, or bits. */
  contribution: number;
  /** Part of the whole, in [0, 1]. */
  share: number;
  /** Change of the cell's raw share of rows, window less reference: which way it went. */
  change: number;
}

export interface Attribution {
  /** What the contributions add up to; NaN where there is no answer. */
  whole: number;
  cells: CellContribution[];
}

export function attributePsi(
  kernel: Kernel,
  a: Float64Array,
  c: Float64Array,
  smoothing: Smoothing = halfACount,
): Attribution {
  const counts = pairedCounts(a, c);
  if (!counts) return { whole: NaN, cells: [] };
  const p = smoothedShares(a, c, counts.n, counts.kept, smoothing);
  const q = smoothedShares(c, a, counts.m, counts.kept, smoothing);
  return attribution(a, c, counts, (cell) => (p[cell] - q[cell]) * kernel.log(p[cell] / q[cell]));
}

export function attributeJs(kernel: Kernel, a: Float64Array, c: Float64Array): Attribution {
  const counts = pairedCounts(a, c);
  if (!counts) return { whole: NaN, cells: [] };
  const towards = (share: number, mean: number): number =>
    share === 0 ? 0 : share * kernel.log(share / mean);
  return attribution(a, c, counts, (cell) => {
    const [p, q] = [a[cell] / counts.n, c[cell] / counts.m];
    const mean = (p + q) / 2;
    return (towards(p, mean) + towards(q, mean)) / (2 * Math.LN2);
  });
}

/** One side's shares as PSI smooths them; `other` says which cells are empty on both sides and are left at 0. */
function smoothedShares(
  counts: Float64Array,
  other: Float64Array,
  total: number,
  kept: number,
  smoothing: Smoothing,
): Float64Array {
  const shares = new Float64Array(counts.length);
  let all = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    if (counts[cell] === 0 && other[cell] === 0) continue;
    shares[cell] =
      smoothing.kind === "add"
        ? (counts[cell] + smoothing.amount) / (total + kept * smoothing.amount)
        : Math.max(counts[cell] / total, smoothing.amount);
    all += shares[cell];
  }
  const renormalise = smoothing.kind === "floor" && smoothing.renormalise;
  return renormalise ? shares.map((share) => share / all) : shares;
}

function attribution(
  a: Float64Array,
  c: Float64Array,
  { n, m }: PairedCounts,
  contributionOf: (cell: number) => number,
): Attribution {
  const cells: CellContribution[] = [];
  let whole = 0;
  for (let cell = 0; cell < a.length; cell++) {
    if (a[cell] === 0 && c[cell] === 0) continue;
    // Rounding may carry equal shares a hair below 0.
    const contribution = Math.max(0, contributionOf(cell));
    whole += contribution;
    cells.push({ cell, contribution, share: NaN, change: c[cell] / m - a[cell] / n });
  }
  for (const entry of cells) entry.share = entry.contribution / whole;
  cells.sort((one, other) => descending(one.contribution, other.contribution) || one.cell - other.cell);
  return { whole, cells };
}

/** Infinite contributions (smoothing by 0) are equal to each other. */
const descending = (one: number, other: number): number => (one === other ? 0 : other > one ? 1 : -1);
