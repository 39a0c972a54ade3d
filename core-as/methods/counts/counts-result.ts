/**
 * The answer of a method on counts: the usual one, with what is needed to judge its p-value.
 *
 * P-values here are limits for many rows. They hold where every cell has enough of them (METHODS §4), and `asymptotic`
 * says whether that is so; where it is not, the simulated nulls (core-as/nulls) decide, and the p-value given here is
 * for comparison with other tools only.
 */
import type { Kernel } from "../../kernel/api.ts";
import { shareDistance } from "../effects.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import type { PairedCounts } from "./paired-counts.ts";

export interface CountsResult extends Result {
  /** Cells that are not empty on both sides. */
  cells: number;
  /** Smallest expected count; NaN where nothing is expected. */
  minExpected: number;
  /** Whether the rows suffice for the p-value (METHODS §4). False where there is none. */
  asymptotic: boolean;
}

/** A question about counts that has no answer. */
export function noAnswer(): CountsResult {
  return { ...undefinedResult, cells: 0, minExpected: NaN, asymptotic: false };
}

/** Rows that chi-square's own limit needs to be expected in every cell. */
export const enoughForChiSquare = 20;
const enoughForDivergence = 50;
const enoughInReference = 20;
const cellsOfDivergence = 20;

/** A statistic on counts; without an effect of its own its effect is the share distance V_b (METHODS §3). */
export function measured(
  a: Float64Array,
  c: Float64Array,
  { kept, minExpected }: PairedCounts,
  statistic: number,
  known: Partial<Result> & { asymptotic?: boolean } = {},
): CountsResult {
  const { pValue = null, low = null, high = null, effect = shareDistance(a, c), asymptotic = true } = known;
  return {
    ...result(statistic, { pValue, low, high, effect }),
    cells: kept,
    minExpected,
    asymptotic: asymptotic && pValue !== null,
  };
}

/**
 * The limit of a divergence, without drift, for many rows: times a factor and nm/(n + m) it is chi-square with one
 * degree of freedom less than cells (a second-order Taylor expansion: Menéndez, Morales, Pardo and Vajda, 1995).
 *
 * No p-value with one cell, where nothing could differ; none for an infinite divergence, which says that a cell is empty
 * on one side and not how unlikely that was. It holds with at most 20 cells, 20 rows of the reference in each, and 50
 * rows expected in each on both sides.
 */
export function divergenceTail(
  kernel: Kernel,
  { n, m, kept, minExpected, minReference }: PairedCounts,
  divergence: number,
  factor: number,
): { pValue: number | null; asymptotic: boolean } {
  if (kept < 2 || !Number.isFinite(divergence)) return { pValue: null, asymptotic: false };
  const scaled = (factor * Math.max(0, divergence)) / (1 / n + 1 / m);
  return {
    pValue: kernel.chi2Sf(scaled, kept - 1),
    asymptotic:
      kept <= cellsOfDivergence && minReference >= enoughInReference && minExpected >= enoughForDivergence,
  };
}
