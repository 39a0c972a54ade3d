/**
 * Edges of a score's cells: shared out evenly between the quantiles of each sample and an even spread, so that windows whose
 * scores have moved to where the reference has few find fine cells too.
 *
 * @param samples sorted ascending, in [0, 1]; empty ones are left out
 */
export function scoreEdges(samples: readonly Float64Array[], cells: number): number[] {
  const known = samples.filter(({ length }) => length > 0);
  const each = Math.floor(cells / (known.length + 1));
  const edges = new Set<number>();
  for (let k = 1; k < each; k++) {
    edges.add(k / each);
    for (const sorted of known) {
      const quantile = sorted[Math.ceil((k * sorted.length) / each) - 1];
      if (quantile < 1) edges.add(quantile === 0 ? 0 : quantile);
    }
  }
  return [...edges].sort((a, b) => a - b);
}
