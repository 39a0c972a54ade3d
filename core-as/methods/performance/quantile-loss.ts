/**
 * Quantile loss, also called pinball loss (Koenker and Bassett 1978): what a prediction of the quantile τ costs. A label
 * above the prediction costs τ times the gap, one below it 1 − τ times; the mean over rows is least for the true quantile.
 * At τ = ½ it is half the absolute error.
 *
 * A mean, with Student's interval. Cost: one pass. Edge cases: rows whose label or prediction is no finite number are left
 * out; no answer without rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { addToMean, meanMeasure, noMeanSums } from "./mean-sums.ts";
import type { Measure } from "./sampling-error.ts";

export function quantileLoss(
  kernel: Kernel,
  labels: Float64Array,
  predictions: Float64Array,
  quantile: number,
  level = 0.95,
): Measure {
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`${quantile} is no quantile inside (0, 1)`);
  if (labels.length !== predictions.length)
    throw new RangeError(`${labels.length} labels against ${predictions.length} predictions`);
  const sums = { ...noMeanSums };
  for (let row = 0; row < labels.length; row++) {
    const gap = labels[row] - predictions[row];
    if (Math.abs(gap) < Infinity) addToMean(sums, gap > 0 ? quantile * gap : (quantile - 1) * gap);
  }
  return meanMeasure(kernel, sums, { least: 0, most: Infinity }, level);
}
