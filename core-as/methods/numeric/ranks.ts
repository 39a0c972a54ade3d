/** Mid-ranks of several sorted samples taken together: equal values share the mean of the ranks that they occupy. */
export interface Ranked {
  /** Sum of the ranks of each sample, 1 the smallest. */
  rankSums: number[];
  /** Σ t³ − t over groups of t equal values. */
  ties: number;
  total: number;
}

/** Cost: one merge. @param samples ascending finite values */
export function rankTogether(samples: readonly Float64Array[]): Ranked {
  const next = samples.map(() => 0);
  const rankSums = samples.map(() => 0);
  const total = samples.reduce((sum, { length }) => sum + length, 0);
  let [before, ties] = [0, 0];
  while (before < total) {
    let value = Infinity;
    samples.forEach((sample, s) => {
      if (next[s] < sample.length && sample[next[s]] < value) value = sample[next[s]];
    });
    const equal = samples.map((sample, s) => {
      const from = next[s];
      while (next[s] < sample.length && sample[next[s]] === value) next[s]++;
      return next[s] - from;
    });
    const together = equal.reduce((sum, count) => sum + count, 0);
    const midRank = before + (together + 1) / 2;
    equal.forEach((count, s) => (rankSums[s] += count * midRank));
    ties += together * together * together - together;
    before += together;
  }
  return { rankSums, ties, total };
}

/** The same for samples of which only the counts in ordered cells are known: a cell is one value. */
export function rankCells(samples: readonly Float64Array[]): Ranked {
  const rankSums = samples.map(() => 0);
  let [before, ties] = [0, 0];
  for (let cell = 0; cell < (samples[0]?.length ?? 0); cell++) {
    const together = samples.reduce((sum, counts) => sum + counts[cell], 0);
    const midRank = before + (together + 1) / 2;
    samples.forEach((counts, s) => (rankSums[s] += counts[cell] * midRank));
    ties += together * together * together - together;
    before += together;
  }
  return { rankSums, ties, total: before };
}
