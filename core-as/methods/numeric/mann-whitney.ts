/**
 * Does one sample tend to larger values? Mann & Whitney (1947), Wilcoxon (1945): U counts the pairs in which the reference's
 * value is the larger one, ties as half. The effect is the distance of U/(nm), the chance that it is, from one half (0 … ½).
 *
 * p is two-sided: exact for small samples without ties (Mann & Whitney's recursion over the number of arrangements), else
 * from the normal distribution with the variance that ties leave, with or without a continuity correction of one half.
 * Cost: one merge; exact: n·m·min(n, m). Edge cases: an empty side has no answer; all values equal
 * give p = 1.
 */
import type { Kernel } from "../../kernel-api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { rankCells, type Ranked, rankTogether } from "./ranks.ts";
import type { Sample } from "./sample.ts";

export type MannWhitneyP = "continuity" | "no-continuity" | "exact";

/** Arrangements are counted up to this many steps: a few milliseconds. */
const exactSteps = 5e6;

/** @param pValue by default exact where there are no ties and a side has at most eight values, as SciPy does */
export function mannWhitneyOnSamples(kernel: Kernel, r: Sample, c: Sample, pValue?: MannWhitneyP): Result {
  const [n, m] = [r.sorted.length, c.sorted.length];
  const ranked = rankTogether([r.sorted, c.sorted]);
  const small = Math.min(n, m) <= 8 && ranked.ties === 0;
  return mannWhitney(kernel, ranked, n, m, pValue ?? (small ? "exact" : "continuity"));
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
  const u = rankSums[0] - (n * (n + 1)) / 2;
  const effect = Math.abs(u / (n * m) - 0.5);
  if (by === "exact") {
    // Tables of arrangements know nothing of ties, and large ones are not worth their time.
    if (ties > 0 || n * m * Math.min(n, m) > exactSteps) return { ...result(u, { effect }) };
    return result(u, { pValue: exactP(u, n, m), effect });
  }
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  // All values equal: every arrangement looks the same.
  if (!(variance > 0)) return result(u, { pValue: 1, effect });
  const distance = Math.abs(u - (n * m) / 2) - (by === "continuity" ? 0.5 : 0);
  const pValue = Math.min(1, 2 * kernel.normalSf(distance / Math.sqrt(variance)));
  return result(u, { pValue, effect });
}

/**
 * Twice the share of arrangements with a U as far out. The number of ways in which j of the ranks add up to each sum, rank
 * by rank; as shares, so that nothing overflows.
 */
function exactP(u: number, n: number, m: number): number {
  const few = Math.min(n, m);
  const many = Math.max(n, m);
  // Shares of the arrangements of `few` and i others with U = k, for each number of the few.
  let shares = Array.from({ length: few + 1 }, () => Float64Array.of(1));
  for (let others = 1; others <= many; others++) {
    const next = [Float64Array.of(1)];
    for (let j = 1; j <= few; j++) {
      // The largest is one of the others (then it beats none of the few) or one of the few (it beats all others).
      const merged = new Float64Array(j * others + 1);
      const [ofOthers, ofFew] = [others / (others + j), j / (others + j)];
      shares[j].forEach((share, k) => (merged[k] += ofOthers * share));
      next[j - 1].forEach((share, k) => (merged[k + others] += ofFew * share));
      next.push(merged);
    }
    shares = next;
  }
  const distribution = shares[few];
  const far = Math.max(u, n * m - u);
  let tail = 0;
  for (let k = distribution.length - 1; k >= far; k--) tail += distribution[k];
  return Math.min(1, 2 * tail);
}
