/**
 * Evidently's way to empty cells, for numbers that have to equal Evidently's: every share of 0 becomes 0.0001, or, when
 * the side's smallest share that is not 0 is itself at most 0.0001, a millionth of that smallest share. Each side is
 * filled by its own shares, and not renormalised. The rule as the reference data describes it; no code of theirs.
 *
 * PSI and KL become large by it when cells are empty: a new category with a fifth of all rows has a PSI of 1.56 here,
 * however few rows there were. Our own PSI adds half a count to both sides instead (METHODS §3).
 *
 * Categories: cells that are empty on both sides do not exist for Evidently; drop them first (`occupiedCells`). Numeric
 * bins: they exist, are filled on both sides, and count.
 */
import type { Kernel } from "../../kernel/api.ts";
import { pairedCounts, totalOf } from "../counts/paired-counts.ts";
import { type Result, result, undefinedResult } from "../result.ts";

const usualFill = 1e-4;
const partOfSmallest = 1e6;

/** Shares of one side with its empty cells filled. NaN throughout where there are no rows, or no counts. */
export function evidentlyShares(counts: Float64Array): Float64Array {
  const total = totalOf(counts);
  if (!(total > 0 && total <= Number.MAX_SAFE_INTEGER)) return new Float64Array(counts.length).fill(NaN);
  let smallest = Infinity;
  for (const count of counts) if (count > 0) smallest = Math.min(smallest, count / total);
  const fill = smallest <= usualFill ? smallest / partOfSmallest : usualFill;
  return counts.map((count) => (count === 0 ? fill : count / total));
}

/** Both sides without the cells that are empty on both. */
export function occupiedCells(a: Float64Array, c: Float64Array): { a: Float64Array; c: Float64Array } {
  return {
    a: a.filter((count, i) => count !== 0 || c[i] !== 0),
    c: c.filter((count, i) => count !== 0 || a[i] !== 0),
  };
}

/** Evidently's PSI of the cells as given: Σ (q − p) ln(q/p) over the filled shares. A measure, no test. */
export function evidentlyPsi(kernel: Kernel, a: Float64Array, c: Float64Array): Result {
  if (!pairedCounts(a, c)) return { ...undefinedResult };
  const p = evidentlyShares(a);
  const q = evidentlyShares(c);
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (q[i] - p[i]) * kernel.log(q[i] / p[i]);
  return result(sum);
}

/** Evidently's KL of the cells as given: Σ p ln(p/q), the filled shares brought back to a sum of 1 on each side. */
export function evidentlyKl(kernel: Kernel, a: Float64Array, c: Float64Array): Result {
  if (!pairedCounts(a, c)) return { ...undefinedResult };
  const p = evidentlyShares(a);
  const q = evidentlyShares(c);
  let [allP, allQ] = [0, 0];
  for (let i = 0; i < p.length; i++) {
    allP += p[i];
    allQ += q[i];
  }
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += (p[i] / allP) * kernel.log((p[i] * allQ) / (q[i] * allP));
  return result(sum);
}
