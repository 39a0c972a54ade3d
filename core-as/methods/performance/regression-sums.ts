/**
 * What a monitor keeps of the errors of a regression: means that merge, one a loss, and no rows. The error is prediction
 * less label, so that a positive bias means too high. See regression.ts for what comes of it.
 *
 * Losses that a row cannot have leave the row out of that mean, and are counted: no percentage of a label of 0
 * (`zeroLabels`). A row with a negative side (`negative`) leaves the logarithmic error undefined altogether, since a mean
 * over the others would be a mean over selected rows. Rows whose label or prediction is no finite number are `missing`.
 *
 * Cost: one logarithm a row. Merging is exact in the counts and true to rounding in the rest.
 */
import type { Kernel } from "../../kernel/api.ts";
import { addToMean, type MeanSums, mergeMeans, noMeanSums } from "./mean-sums.ts";
import {
  addToVariation,
  emptyVariation,
  mergeVariations,
  type VariationSums,
} from "./explained-variation.ts";

export const regressionLosses = [
  "error",
  "absolute",
  "squared",
  "percentage",
  "symmetric",
  "squaredLog",
  "label",
] as const;
export type RegressionLoss = (typeof regressionLosses)[number];

export type RegressionSums = Record<RegressionLoss, MeanSums> & {
  /** Largest absolute error, 0 without rows. */
  largest: number;
  missing: number;
  zeroLabels: number;
  negative: number;
  variation: VariationSums;
};

/**
 * @param origin a fixed number near the labels, the same for all sums that are to merge: the reference's mean. Only the
 * digits of R²'s standard error depend on it: a few are lost for each standard deviation that it is off
 */
export function emptyRegressionSums(origin: number): RegressionSums {
  const means = Object.fromEntries(regressionLosses.map((loss) => [loss, { ...noMeanSums }]));
  return {
    ...(means as Record<RegressionLoss, MeanSums>),
    largest: 0,
    missing: 0,
    zeroLabels: 0,
    negative: 0,
    variation: emptyVariation(origin),
  };
}

export function regressionSumsOf(
  kernel: Kernel,
  labels: Float64Array,
  predictions: Float64Array,
  origin: number,
): RegressionSums {
  if (labels.length !== predictions.length)
    throw new RangeError(`${labels.length} labels against ${predictions.length} predictions`);
  const sums = emptyRegressionSums(origin);
  for (let row = 0; row < labels.length; row++) addRow(kernel, sums, labels[row], predictions[row]);
  return sums;
}

export function mergeRegressionSums(a: RegressionSums, b: RegressionSums): RegressionSums {
  const means = Object.fromEntries(regressionLosses.map((loss) => [loss, mergeMeans(a[loss], b[loss])]));
  return {
    ...(means as Record<RegressionLoss, MeanSums>),
    largest: Math.max(a.largest, b.largest),
    missing: a.missing + b.missing,
    zeroLabels: a.zeroLabels + b.zeroLabels,
    negative: a.negative + b.negative,
    variation: mergeVariations(a.variation, b.variation),
  };
}

function addRow(kernel: Kernel, sums: RegressionSums, label: number, prediction: number): void {
  if (!(Math.abs(label) < Infinity && Math.abs(prediction) < Infinity)) {
    sums.missing++;
    return;
  }
  const error = prediction - label;
  const absolute = Math.abs(error);
  addToMean(sums.error, error);
  addToMean(sums.absolute, absolute);
  addToMean(sums.squared, error * error);
  addToMean(sums.label, label);
  addToVariation(sums.variation, label, error * error);
  sums.largest = Math.max(sums.largest, absolute);
  if (label === 0) sums.zeroLabels++;
  else addToMean(sums.percentage, absolute / Math.abs(label));
  // Both sides 0: no error, by any measure.
  const size = Math.abs(label) / 2 + Math.abs(prediction) / 2;
  addToMean(sums.symmetric, absolute === 0 ? 0 : absolute / size);
  if (label < 0 || prediction < 0) {
    sums.negative++;
    return;
  }
  // ln(1 + prediction) − ln(1 + label), without losing a small error between large numbers.
  const logError = kernel.log1p(error / (1 + label));
  addToMean(sums.squaredLog, logError * logError);
}
