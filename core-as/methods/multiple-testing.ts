/**
 * Adjusted p-values of a family of tests, in the order given. A test is rejected at a level when its adjusted p is at
 * or below it.
 *
 * - `bh`: Benjamini & Hochberg (1995), false discovery rate under independence or positive dependence
 * - `by`: Benjamini & Yekutieli (2001), under any dependence
 * - `bonferroni`: family-wise error under any dependence
 * - `holm`: Holm (1979), the same promise, uniformly more powerful
 */
export type Correction = "bh" | "by" | "bonferroni" | "holm" | "none";

export function adjust(pValues: readonly number[], correction: Correction): number[] {
  const size = pValues.length;
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a] - pValues[b] || a - b);
  const adjusted = new Array<number>(size);
  if (correction === "none") return [...pValues];
  if (correction === "bonferroni") return pValues.map((p) => Math.min(1, p * size));
  if (correction === "holm") {
    let most = 0;
    order.forEach((index, rank) => {
      most = Math.max(most, Math.min(1, pValues[index] * (size - rank)));
      adjusted[index] = most;
    });
    return adjusted;
  }
  // Σ 1/i is what dependence of any kind costs.
  const cost = correction === "by" ? pValues.reduce((sum, _, index) => sum + 1 / (index + 1), 0) : 1;
  let least = 1;
  for (let rank = size - 1; rank >= 0; rank--) {
    const index = order[rank];
    least = Math.min(least, (pValues[index] * size * cost) / (rank + 1));
    adjusted[index] = least;
  }
  return adjusted;
}
