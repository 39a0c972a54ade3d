/**
 * What the predictions of a regression were worth.
 *
 * - bias: the mean error, prediction less label. mae, mse: the mean absolute and squared error; rmse the root of mse.
 * - mape: mean absolute error by the label, over labels other than 0 (scikit-learn divides by 2e-16 there instead, which
 *   says nothing). smape: by the mean size of label and prediction, in [0, 2].
 * - msle, rmsle: the squared difference of ln(1 + x); no answer as soon as a label or prediction is negative.
 * - r2, explainedVariance: explained-variation.ts. maxError: the largest absolute error, without an interval.
 *
 * Intervals: Student's for the means. A root carries the bounds of its mean over, and its standard error is half the
 * mean's, by the root. Cost: nothing, it reads sums. Edge cases: no answer without rows; losses whose sum is past the
 * largest number have none either.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { explainedVariance, rSquared } from "./explained-variation.ts";
import { meanMeasure, type MeanSums } from "./mean-sums.ts";
import { type RegressionSums } from "./regression-sums.ts";
import { type Measure, undefinedMeasure } from "./sampling-error.ts";

export const regressionMetrics = [
  "bias",
  "mae",
  "mse",
  "rmse",
  "mape",
  "smape",
  "msle",
  "rmsle",
  "r2",
  "explainedVariance",
  "maxError",
] as const;
export type RegressionMetric = (typeof regressionMetrics)[number];

const anything = { least: -Infinity, most: Infinity };
const positive = { least: 0, most: Infinity };

export function regressionMeasures(
  kernel: Kernel,
  sums: RegressionSums,
  level = 0.95,
): Record<RegressionMetric, Measure> {
  const mean = (losses: MeanSums): Measure => meanMeasure(kernel, losses, positive, level);
  const mse = mean(sums.squared);
  const msle = sums.negative > 0 ? { ...undefinedMeasure } : mean(sums.squaredLog);
  const rows = sums.error.count;
  return {
    bias: meanMeasure(kernel, sums.error, anything, level),
    mae: mean(sums.absolute),
    mse,
    rmse: rootOf(mse),
    mape: mean(sums.percentage),
    smape: meanMeasure(kernel, sums.symmetric, { least: 0, most: 2 }, level),
    msle,
    rmsle: rootOf(msle),
    r2: rSquared(kernel, sums.squared, sums.label, sums.variation, level),
    explainedVariance: withoutError(explainedVariance(sums.error, sums.label)),
    maxError: withoutError(rows > 0 ? sums.largest : NaN),
  };
}

function rootOf({ statistic, low, high, standardError }: Measure): Measure {
  const root = Math.sqrt(statistic);
  return {
    ...result(root, {
      low: low === null ? null : Math.sqrt(low),
      high: high === null ? null : Math.sqrt(high),
    }),
    standardError: standardError === 0 ? 0 : standardError / (2 * root),
  };
}

function withoutError(statistic: number): Measure {
  return Math.abs(statistic) < Infinity
    ? { ...result(statistic), standardError: NaN }
    : { ...undefinedMeasure };
}
