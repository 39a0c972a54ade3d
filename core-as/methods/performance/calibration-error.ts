/**
 * Calibration error: scores are cut into bins, and in each the mean score is held against the share of positives. The
 * expected error (ECE; Naeini, Cooper and Hauskrecht 2015) is the mean gap, weighted by rows; the maximum error (MCE) is
 * the largest. Bins of equal width keep sums, which add over windows; bins of equal count (NannyML's) need the rows.
 *
 * Interval of the expected error: the rows' gaps with each bin's sign held fixed, as an average has it (delta method). A
 * perfectly calibrated model has an error above 0 too, from chance alone: `noise` is about how much (half-normal, given
 * the scores). An error near its noise says nothing against the model.
 *
 * Cost: one pass; by equal count a sort. Edge cases: rows without a score are left out; no answer without rows, or with a
 * score outside [0, 1]. The maximum error has no interval: it is often one thin bin's.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { type Measure, undefinedMeasure, waldMeasure } from "./sampling-error.ts";

export interface CalibrationBins {
  rows: Float64Array;
  positives: Float64Array;
  scores: Float64Array;
  /** Σ (score − label)². */
  squaredGaps: Float64Array;
  /** Σ score·(1 − score), the variance of the labels if the scores are right. */
  spread: Float64Array;
}

export type CalibrationError = Measure & { noise: number };

/** The last bin holds the score 1. */
export function calibrationBinsOf(
  scores: Float64Array,
  labels: ArrayLike<number>,
  bins = 10,
): CalibrationBins {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  const into = emptyBins(bins);
  scores.forEach((score, row) => {
    if (Number.isNaN(score)) return;
    const bin = Math.max(0, Math.min(bins - 1, Math.floor(score * bins)));
    addToBin(into, bin, score >= 0 && score <= 1 ? score : NaN, labels[row]);
  });
  return into;
}

/**
 * Ascending scores in runs of floor(rows/bins), the last of which takes what is left over. That can make more than `bins`
 * runs of a few rows each (twelve out of 25 rows), and does at NannyML too.
 */
export function equalCountBinsOf(
  scores: Float64Array,
  labels: ArrayLike<number>,
  bins = 10,
): CalibrationBins | null {
  const scored = Array.from(scores.keys()).filter((row) => !Number.isNaN(scores[row]));
  // Rows of one score keep their order: which of them fall into which run depends on nothing else.
  scored.sort((a, b) => scores[a] - scores[b] || a - b);
  // At least two rows a bin, and at least two bins, or there is nothing to average.
  const wanted = scored.length <= 2 * bins ? Math.floor(scored.length / 2) : bins;
  if (wanted < 2) return null;
  const length = Math.floor(scored.length / wanted);
  const used = Math.floor(scored.length / length);
  const into = emptyBins(used);
  scored.forEach((row, place) => {
    const score = scores[row] >= 0 && scores[row] <= 1 ? scores[row] : NaN;
    addToBin(into, Math.min(used - 1, Math.floor(place / length)), score, labels[row]);
  });
  return into;
}

export function mergeBins(a: CalibrationBins, b: CalibrationBins): CalibrationBins {
  if (a.rows.length !== b.rows.length) throw new RangeError(`${a.rows.length} bins against ${b.rows.length}`);
  const add = (x: Float64Array, y: Float64Array): Float64Array => x.map((sum, bin) => sum + y[bin]);
  return {
    rows: add(a.rows, b.rows),
    positives: add(a.positives, b.positives),
    scores: add(a.scores, b.scores),
    squaredGaps: add(a.squaredGaps, b.squaredGaps),
    spread: add(a.spread, b.spread),
  };
}

export function expectedCalibrationError(
  kernel: Kernel,
  bins: CalibrationBins,
  level = 0.95,
): CalibrationError {
  const rows = bins.rows.reduce((sum, count) => sum + count, 0);
  if (!(rows > 0)) return { ...undefinedMeasure, noise: NaN };
  let [gaps, squares, noise] = [0, 0, 0];
  for (let bin = 0; bin < bins.rows.length; bin++) {
    gaps += Math.abs(bins.scores[bin] - bins.positives[bin]);
    squares += bins.squaredGaps[bin];
    noise += Math.sqrt(bins.spread[bin]);
  }
  const error = gaps / rows;
  const variance = rows > 1 ? Math.max(0, squares / rows - error * error) / (rows - 1) : NaN;
  const measure = waldMeasure(kernel, error, Math.sqrt(variance), { least: 0, most: 1 }, level);
  // The mean of |normal| is √(2/π) = 0.797… standard deviations.
  return { ...measure, noise: Number.isNaN(error) ? NaN : (0.7978845608028654 * noise) / rows };
}

export function maximumCalibrationError(bins: CalibrationBins): Result {
  let largest = -Infinity;
  for (let bin = 0; bin < bins.rows.length; bin++)
    if (bins.rows[bin] > 0)
      // Math.max hands a NaN on.
      largest = Math.max(largest, Math.abs(bins.scores[bin] - bins.positives[bin]) / bins.rows[bin]);
  return largest === -Infinity ? { ...undefinedResult } : result(largest);
}

function emptyBins(bins: number): CalibrationBins {
  if (!(Number.isInteger(bins) && bins >= 1)) throw new RangeError(`${bins} is no number of bins`);
  const zeros = (): Float64Array => new Float64Array(bins);
  return { rows: zeros(), positives: zeros(), scores: zeros(), squaredGaps: zeros(), spread: zeros() };
}

function addToBin(into: CalibrationBins, bin: number, score: number, label: number): void {
  into.rows[bin]++;
  into.positives[bin] += label;
  into.scores[bin] += score;
  into.squaredGaps[bin] += (score - label) * (score - label);
  into.spread[bin] += score * (1 - score);
}
