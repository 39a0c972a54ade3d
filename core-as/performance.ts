/**
 * Realised performance: what a model's answers were worth, once the labels are known. A pure function of outcomes, the same
 * whatever order they came in but for the last bits of sums. Every metric comes with a 95 % interval for the sampling error
 * of these rows, or is null where it is not defined. What each of them is, and how its interval is made, stands in
 * methods/performance/; which there are, in domain/performance-metrics.ts.
 */
import type { ModelConfig } from "./domain/model.ts";
import type { Outcomes } from "./domain/outcomes.ts";
import type { LabelDelay, RealisedPerformance } from "./domain/performance.ts";
import type { Kernel } from "./kernel/api.ts";
import { binaryPerformance } from "./performance/binary.ts";
import { multiclassPerformance } from "./performance/multiclass.ts";
import { regressionPerformance } from "./performance/regression.ts";

/** What of a model's declaration metrics depend on. */
export type Measured = Pick<ModelConfig, "costs" | "quantile">;

export function measurePerformance(
  kernel: Kernel,
  outcomes: Outcomes,
  { costs, quantile }: Measured,
): RealisedPerformance {
  if (outcomes.task === "regression") return regressionPerformance(kernel, outcomes, quantile);
  return outcomes.task === "binary"
    ? binaryPerformance(kernel, outcomes, costs)
    : multiclassPerformance(kernel, outcomes, costs);
}

/** Null where no row says when its label was known. Quantiles are order statistics (inverted distribution function). */
export function labelDelay({ delaysMs }: Pick<Outcomes, "delaysMs">): LabelDelay | null {
  const known = delaysMs.filter((delayMs) => !Number.isNaN(delayMs)).sort();
  if (known.length === 0) return null;
  const at = (share: number): number => known[Math.ceil(share * known.length) - 1];
  return { medianMs: at(0.5), p90Ms: at(0.9) };
}
