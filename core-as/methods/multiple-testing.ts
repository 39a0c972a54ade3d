/**
 * Adjusted p-values of a family of tests, in the order given. A test is rejected at a level when its adjusted p is at
 * or below it.
 *
 * - `bh`: Benjamini & Hochberg (1995), false discovery rate under independence or positive dependence
 * - `by`: Benjamini & Yekutieli (2001), under any dependence
 * - `bonferroni`: family-wise error under any dependence
 * - `holm`: Holm (1979), the same promise, uniformly more powerful
 * - `hommel`: Hommel (1988), family-wise error under independence or positive dependence, more powerful than Holm
 * - `sidak`: Šidák (1967), family-wise error under independence, a little above Bonferroni
 *
 * A NaN, or a number that is no probability, is a test that could not be made: it stays NaN, is never rejected, and does
 * not enlarge the family. Equal p-values get equal adjusted ones. Cost: one sort; hommel the square of the family.
 */
export type Correction = "bh" | "by" | "bonferroni" | "holm" | "hommel" | "sidak" | "none";

export function adjust(pValues: readonly number[], correction: Correction): number[] {
  const adjusted = new Array<number>(pValues.length).fill(NaN);
  const order = pValues
    .map((_, index) => index)
    .filter((index) => pValues[index] >= 0 && pValues[index] <= 1);
  order.sort((a, b) => pValues[a] - pValues[b] || a - b);
  const sorted = order.map((index) => pValues[index]);
  const answers = adjustSorted(sorted, correction);
  // No adjustment makes a test more certain than it was, whatever rounding does.
  order.forEach((index, rank) => (adjusted[index] = Math.min(1, Math.max(sorted[rank], answers[rank]))));
  return adjusted;
}

/** Which tests are rejected at a level, given their adjusted p-values. */
export function rejections(adjusted: readonly number[], level: number): boolean[] {
  return adjusted.map((p) => p <= level);
}

/** Adjusted p-values of ascending ones. */
function adjustSorted(p: number[], correction: Correction): number[] {
  const size = p.length;
  switch (correction) {
    case "none":
      return p;
    case "bonferroni":
      return p.map((value) => value * size);
    case "sidak":
      // Rising with p but for the last bit, and a later test must not overtake an earlier one by that.
      return fromBelow(p.map((value) => anyOf(value, size)));
    case "holm":
      return fromBelow(p.map((value, rank) => value * (size - rank)));
    case "hommel":
      return hommel(p);
    case "bh":
      return fromAbove(p.map((value, rank) => (value * size) / (rank + 1)));
    case "by": {
      // Σ 1/i is what dependence of any kind costs.
      const cost = p.reduce((sum, _, index) => sum + 1 / (index + 1), 0);
      return fromAbove(p.map((value, rank) => (value * size * cost) / (rank + 1)));
    }
  }
}

/** The largest so far: a later test is rejected only if all earlier ones are. */
function fromBelow(values: number[]): number[] {
  let most = 0;
  return values.map((value) => (most = Math.max(most, value)));
}

/** The smallest from here on: an earlier test is rejected as soon as any later one is. */
function fromAbove(values: number[]): number[] {
  const result = [...values];
  for (let rank = values.length - 2; rank >= 0; rank--)
    result[rank] = Math.min(result[rank], result[rank + 1]);
  return result;
}

/** 1 − (1 − p)^size without its cancellation: the chance of either of two things, doubled up to `size` of them. */
function anyOf(p: number, size: number): number {
  let all = 0;
  let block = p;
  for (let left = size; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) all = all + block - all * block;
    block = block + block - block * block;
  }
  return all;
}

/**
 * Closed testing with Simes's test: a test counts only if every set that contains it does. Of the sets of `size` that
 * contain the test of a rank, the hardest to reject has the largest other p-values; so one set a size is enough.
 */
function hommel(p: number[]): number[] {
  const adjusted = [...p];
  for (let size = 2; size <= p.length; size++) {
    const first = p.length - size;
    // Simes over the largest `size` p-values, but for their smallest, whose place the test itself may take.
    let others = Infinity;
    for (let k = 2; k <= size; k++) others = Math.min(others, (size * p[first + k - 1]) / k);
    for (let rank = 0; rank < p.length; rank++) {
      const own = size * p[Math.min(rank, first)];
      adjusted[rank] = Math.max(adjusted[rank], Math.min(own, others));
    }
  }
  return adjusted;
}
