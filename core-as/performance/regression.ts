import type { Outcomes } from "../domain/outcomes.ts";
import type { RealisedPerformance } from "../domain/performance.ts";
import type { Kernel } from "../kernel/api.ts";
import { explainedVarianceOf } from "../methods/performance/explained-variance.ts";
import { meanMeasure } from "../methods/performance/mean-sums.ts";
import { medianAbsoluteError } from "../methods/performance/median-error.ts";
import { quantileLoss } from "../methods/performance/quantile-loss.ts";
import { regressionMeasures } from "../methods/performance/regression.ts";
import { regressionSumsOf } from "../methods/performance/regression-sums.ts";
import { estimateOf } from "./estimate.ts";

export function regressionPerformance(
  kernel: Kernel,
  { labels, predicted }: Outcomes,
  quantile: number,
): RealisedPerformance {
  // Any number near the labels does; the first is one that every machine has.
  const sums = regressionSumsOf(kernel, labels, predicted, labels[0] ?? 0);
  const found = regressionMeasures(kernel, sums);
  const anything = { least: -Infinity, most: Infinity };
  return {
    task: "regression",
    classes: [],
    metrics: {
      mae: estimateOf(found.mae),
      rmse: estimateOf(found.rmse),
      mse: estimateOf(found.mse),
      medianAbsoluteError: estimateOf(medianAbsoluteError(kernel, labels, predicted)),
      maxError: estimateOf(found.maxError),
      mape: estimateOf(found.mape),
      smape: estimateOf(found.smape),
      msle: estimateOf(found.msle),
      rmsle: estimateOf(found.rmsle),
      quantileLoss: estimateOf(quantileLoss(kernel, labels, predicted, quantile)),
      r2: estimateOf(found.r2),
      explainedVariance: estimateOf(explainedVarianceOf(kernel, labels, predicted)),
      bias: estimateOf(found.bias),
      meanLabel: estimateOf(meanMeasure(kernel, sums.label, anything)),
    },
    confusion: null,
    byClass: [],
    calibration: null,
    roc: null,
    value: null,
  };
}
