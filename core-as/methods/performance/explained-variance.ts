/**
 * The share of the labels' variance that is not in the errors: R² once the bias is taken out.
 *
 * Standard error: the delta method on both variances at once. A row adds −(e − ē)²/V + r·d²/V, e its error, d its distance
 * from the mean label, V the labels' variance and r the ratio of both; it needs the rows, in two passes.
 *
 * Edge cases: rows whose label or prediction is no finite number are left out; no answer for less than two rows or labels
 * without variance. explained-variation.ts has R².
 */
import type { Kernel } from "../../kernel/api.ts";
import { addToMean, noMeanSums, varianceOf } from "./mean-sums.ts";
import { type Measure, waldMeasure } from "./sampling-error.ts";

export function explainedVarianceOf(
  kernel: Kernel,
  labels: Float64Array,
  predictions: Float64Array,
  level = 0.95,
): Measure {
  const [error, label] = [{ ...noMeanSums }, { ...noMeanSums }];
  const each = (visit: (error: number, label: number) => void): void => {
    for (let row = 0; row < labels.length; row++)
      if (Math.abs(labels[row]) < Infinity && Math.abs(predictions[row]) < Infinity)
        visit(predictions[row] - labels[row], labels[row]);
  };
  each((e, y) => {
    addToMean(error, e);
    addToMean(label, y);
  });
  const variance = varianceOf(label);
  const ratio = varianceOf(error) / variance;
  if (!(label.count >= 2 && variance > 0 && ratio < Infinity))
    return waldMeasure(kernel, NaN, NaN, range, level);
  let squares = 0;
  each((e, y) => {
    const [gap, distance] = [e - error.mean, y - label.mean];
    const moved = (ratio * distance * distance - gap * gap) / variance;
    squares += moved * moved;
  });
  return waldMeasure(kernel, 1 - ratio, Math.sqrt(squares) / label.count, range, level);
}

const range = { least: -Infinity, most: 1 };
