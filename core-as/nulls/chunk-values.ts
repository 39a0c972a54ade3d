/**
 * The second null for a value that each chunk of the reference has of its own (a metric of performance), where chunk-null.ts
 * is for distances between chunk and rest. The chunks' own values are compared with, and no chunk is left out of anything: one
 * more value of the same kind is what the prediction interval is about (Fisher 1935).
 *
 * A chunk's value varies for two reasons: its rows are a sample, and its day is a day of its own. The first is known (its
 * standard error), and is less where there are more rows; the second is what the chunks vary beyond it, and is the same for
 * chunks and windows of one length (a random effect; DerSimonian and Laird 1986). So a window with other numbers of rows is
 * allowed the days' variance, its own sampling variance, and what the mean of the chunks is uncertain by.
 *
 * Only the chunks' part of that variance is estimated from few chunks: the degrees of freedom are Satterthwaite's (1946), at
 * least half of the chunks' own. Chunks that resemble their neighbours tell less, as in chunk-null.ts.
 */
import { around, chunkVariance, tooAlike } from "./chunk-null.ts";

export interface ChunkValues {
  /** In the order of time, all finite; at least `minimumChunks`. */
  values: readonly number[];
  standardErrors: readonly number[];
}

export interface ValuePrediction {
  mean: number;
  /** Standard deviation of one more value around that mean. */
  spread: number;
  dof: number;
  count: number;
  /** The chunks resemble their neighbours so much that a longer reference is needed. */
  autocorrelated: boolean;
}

/** Where one more value with this standard error is to be expected; null where neither chunks nor rows vary. */
export function predictValue(
  { values, standardErrors }: ChunkValues,
  standardError: number,
): ValuePrediction | null {
  const count = values.length;
  const mean = values.reduce((total, value) => total + value, 0) / count;
  const { squares, neighbours } = around(values, mean);
  const autocorrelation = squares > 0 ? neighbours / squares : 0;
  const { variance, inflation, dof } = chunkVariance(squares, count, autocorrelation);
  const ofMean = (variance * inflation) / count;
  const sampling = standardErrors.reduce((total, error) => total + error * error, 0) / count;
  const whole = Math.max(0, variance - sampling) + standardError * standardError + ofMean;
  if (!(whole > 0)) return null;
  const ratio = variance > 0 ? whole / (variance + ofMean) : Infinity;
  return {
    mean,
    spread: Math.sqrt(whole),
    // Beyond thousands Student's t is the normal distribution.
    dof: Math.min(1e4, Math.max(dof / 2, dof * ratio * ratio)),
    count,
    autocorrelated: tooAlike(autocorrelation, count),
  };
}
