import type { Metrics, RealisedPerformance } from "../domain/performance.ts";
import type { ModelConfig } from "../domain/model.ts";
import type { Kernel } from "../kernel/api.ts";
import { businessValue } from "../methods/performance/business-value.ts";
import type { ConfusionMatrix } from "../methods/performance/confusion-matrix.ts";
import { estimateOf } from "./estimate.ts";

export type Costs = ModelConfig["costs"];

/** What every matrix of decisions tells: itself, row by row, and what it was worth where the model has costs. */
export function decided(
  kernel: Kernel,
  matrix: ConfusionMatrix,
  costs: Costs,
): Pick<RealisedPerformance, "confusion" | "value"> & { businessValue: Metrics } {
  const { classes, counts } = matrix;
  const confusion = Array.from({ length: classes }, (_, actual) => [
    ...counts.subarray(actual * classes, (actual + 1) * classes),
  ]);
  if (costs === undefined) return { confusion, value: null, businessValue: {} };
  const total = counts.reduce((sum, rows, cell) => sum + rows * costs.flat()[cell], 0);
  return {
    confusion,
    value: total,
    businessValue: { businessValue: estimateOf(businessValue(kernel, matrix, costs)) },
  };
}
