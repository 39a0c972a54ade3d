/**
 * What a row was worth on average, by a matrix of values for each pair of actual and predicted class.
 *
 * A mean over rows that takes as many values as the matrix has cells, with Student's interval. Cost: the size of the matrix.
 * Edge cases: no answer without rows, no interval for one row.
 */
import type { Kernel } from "../../kernel/api.ts";
import type { ConfusionMatrix } from "./confusion-matrix.ts";
import { meanMeasure, noMeanSums } from "./mean-sums.ts";
import type { Measure } from "./sampling-error.ts";

/** @param values by [actual class][predicted class] */
export function businessValue(
  kernel: Kernel,
  { classes, counts }: ConfusionMatrix,
  values: readonly (readonly number[])[],
  level = 0.95,
): Measure {
  if (values.length !== classes || values.some((row) => row.length !== classes))
    throw new RangeError(`values are no matrix of ${classes} by ${classes}`);
  const worth = values.flat();
  const sums = { ...noMeanSums };
  counts.forEach((rows, cell) => {
    sums.count += rows;
    sums.mean += rows * worth[cell];
  });
  if (sums.count > 0) sums.mean /= sums.count;
  counts.forEach((rows, cell) => {
    sums.squares += rows * (worth[cell] - sums.mean) * (worth[cell] - sums.mean);
  });
  return meanMeasure(kernel, sums, { least: -Infinity, most: Infinity }, level);
}
