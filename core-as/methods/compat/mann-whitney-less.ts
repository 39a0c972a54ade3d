/**
 * Mann and Whitney's test (1947) one-sided, as Evidently asks for it: the alternative is that the reference's values are the
 * smaller ones, so that a window that moved up has a small p-value and one that moved down a p-value near 1. Ours is
 * two-sided (`numeric/mann-whitney.ts`).
 *
 * Exact where there are no ties and a side has at most eight values, from the number of arrangements with each U; else from
 * the normal distribution with the variance that ties leave and a continuity correction, as SciPy chooses. Cost: one merge;
 * exact: n·m·(n + m)·min(n, m). Edge cases: an empty side has no answer; all values equal are p = 1.
 */
import type { Kernel } from "../../kernel/api.ts";
import { rankTogether } from "../numeric/ranks.ts";
import type { Sample } from "../numeric/sample.ts";

/** Beyond so many steps (eight against nine hundred) the normal distribution has to do, where SciPy goes on counting. */
const exactSteps = 5e7;

export function mannWhitneyLess(kernel: Kernel, r: Sample, c: Sample): number | null {
  const [n, m] = [r.sorted.length, c.sorted.length];
  if (n === 0 || m === 0) return null;
  const { rankSums, ties, total } = rankTogether([r.sorted, c.sorted]);
  // Pairs in which the window's value is the larger one.
  const u = n * m - (rankSums[0] - (n * (n + 1)) / 2);
  const few = Math.min(n, m);
  if (few <= 8 && ties === 0 && n * m * few * (n + m) <= exactSteps) return upperTail(u, few, Math.max(n, m));
  const variance = ((n * m) / 12) * (total + 1 - ties / (total * (total - 1)));
  return variance > 0 ? kernel.normalSf((u - (n * m) / 2 - 0.5) / Math.sqrt(variance)) : 1;
}

/**
 * Share of arrangements with at least u: the sum of `few` ranks out of all, chosen one rank after the other, as numbers of
 * ways over all ways.
 */
function upperTail(u: number, few: number, many: number): number {
  const most = few * many;
  // ways[k][s]: choices of k of the ranks so far, less the smallest sum possible for k, adding up to s.
  const ways = Array.from({ length: few + 1 }, () => new Float64Array(most + 1));
  ways[0][0] = 1;
  for (let rank = 1; rank <= few + many; rank++)
    for (let k = Math.min(few, rank); k >= 1; k--) {
      // The k-th chosen rank is `rank`: it stands rank − k places above its smallest.
      const lift = rank - k;
      for (let sum = most; sum >= lift; sum--) ways[k][sum] += ways[k - 1][sum - lift];
    }
  let [tail, all] = [0, 0];
  ways[few].forEach((count, sum) => {
    all += count;
    if (sum >= u) tail += count;
  });
  return tail / all;
}
