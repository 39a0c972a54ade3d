/**
 * Does one sample tend to larger values? Mann & Whitney (1947), Wilcoxon (1945): U counts the pairs in which the reference's
 * value is the larger one, ties as half. The effect is the distance of U/(nm), the chance that it is, from one half (0 … ½).
 *
 * p is two-sided: exact for small samples without ties (arrangements counted by their U), else from the normal distribution
 * with the variance that ties leave, with or without a continuity correction of one half. Cost: one merge; exact: twice
 * min(n, m) times the smaller U. Edge cases: an empty side has no answer; all values equal give p = 1.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { rankCells, type Ranked, rankTogether } from "./ranks.ts";
import type { Sample } from "./sample.ts";

export type MannWhitneyP = "continuity" | "no-continuity" | "exact";

/** Arrangements are counted up to this many steps: about ten milliseconds. */
const exactSteps = 5e6;

/**
 * @param pValue by default exact where there are no ties and a side has at most eight values, as SciPy does, unless that
 *   would take too long; asked for by name, `exact` has then no p
 */
export function mannWhitneyOnSamples(kernel: Kernel, r: Sample, c: Sample, pValue?: MannWhitneyP): Result {
  const [n, m] = [r.sorted.length, c.sorted.length];
  const ranked = rankTogether([r.sorted, c.sorted]);
  const exact = Math.min(n, m) <= 8 && countable(ranked, n, m);
  return mannWhitney(kernel, ranked, n, m, pValue ?? (exact ? "exact" : "continuity"));
}

/** @param a counts in ordered cells, `c` the window's in the same: rows of one cell are ties */
export function mannWhitneyOnCounts(kernel: Kernel, a: Float64Array, c: Float64Array): Result {
  const [n, m] = [a, c].map((counts) => counts.reduce((sum, count) => sum + count, 0));
  return mannWhitney(kernel, rankCells([a, c]), n, m, "continuity");
}

function mannWhitney(
  kernel: Kernel,
  { rankSums, ties, total }: Ranked,
  n: number,
  m: number,
  by: MannWhitneyP,
): Result {
  if (n === 0 || m === 0) return { ...undefinedResult };
  const u = uOf(rankSums, n);
  const effect = Math.abs(u / (n * m) - 0.5);
  if (by === "exact") {
    const pValue = countable({ rankSums, ties, total }, n, m) ? exactP(u, n, m) : null;
    return result(u, { pValue, effect });
  }
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  // All values equal: every arrangement looks the same.
  if (!(variance > 0)) return result(u, { pValue: 1, effect });
  const distance = Math.abs(u - (n * m) / 2) - (by === "continuity" ? 0.5 : 0);
  const pValue = Math.min(1, 2 * kernel.normalSf(distance / Math.sqrt(variance)));
  return result(u, { pValue, effect });
}

const uOf = (rankSums: number[], n: number): number => rankSums[0] - (n * (n + 1)) / 2;

/** Counting arrangements knows nothing of ties, and with many values it is not worth its time. */
function countable({ rankSums, ties }: Ranked, n: number, m: number): boolean {
  const u = uOf(rankSums, n);
  return ties === 0 && Math.min(n, m) * Math.min(u, n * m - u) <= exactSteps;
}

/**
 * Twice the share of arrangements with a U as far out. Arrangements by their U have the Gaussian binomial coefficient for a
 * generating function (MacMahon 1916): Π (1 − q^(many + i))/(1 − q^i) over i = 1 … few. Factor by factor, from q^0 up to
 * the smaller U only, as shares so that nothing overflows.
 */
function exactP(u: number, n: number, m: number): number {
  const [few, many] = [Math.min(n, m), Math.max(n, m)];
  const near = Math.min(u, n * m - u);
  const shares = new Float64Array(near + 1);
  shares[0] = 1;
  for (let i = 1; i <= few; i++) {
    for (let k = near; k >= many + i; k--) shares[k] -= shares[k - many - i];
    for (let k = i; k <= near; k++) shares[k] += shares[k - i];
    for (let k = 0; k <= near; k++) shares[k] *= i / (many + i);
  }
  return Math.min(1, 2 * shares.reduce((sum, share) => sum + share, 0));
}
