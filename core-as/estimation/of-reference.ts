/** What a reference says of itself in a block of estimates. */
import type { OfReference } from "../derived/of-reference.ts";
import type { ErrorPerRow } from "../methods/performance/chunk-error.ts";
import type { Chunking } from "../reference/chunks.ts";
import type { Estimated } from "./estimated.ts";
import type { ChunkFold } from "./labelled.ts";

/** Errors that are known: a measure that the reference leaves undefined has none. */
export function knownErrors(errors: Readonly<Record<string, ErrorPerRow>>): OfReference["errors"] {
  return Object.fromEntries(
    Object.entries(errors).filter(([, { spread, share }]) => Number.isFinite(spread) && share > 0),
  );
}

/**
 * Estimates of every chunk.
 * @param learnWithout an estimator of some rows by what is learnt without the fold's
 */
export function chunkSeries(
  { rowsOf }: Chunking,
  folds: readonly ChunkFold[],
  learnWithout: (fold: ChunkFold) => (rows: Int32Array) => Estimated,
): NonNullable<OfReference["chunks"]> {
  const series: Record<string, (number | null)[]> = {};
  for (const fold of folds) {
    const estimate = learnWithout(fold);
    for (const chunk of fold.chunks)
      for (const [metric, { statistic }] of Object.entries(estimate(rowsOf[chunk]).metrics)) {
        series[metric] ??= rowsOf.map(() => null);
        if (Number.isFinite(statistic)) series[metric][chunk] = statistic;
      }
  }
  return series;
}
