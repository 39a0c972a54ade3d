/** What decides about a model's performance unless its policy says otherwise, and from which change on it matters. */
import type { ModelConfig, Task } from "../domain/model.ts";
import { metricOf, type MetricName, type NamedMetric } from "../domain/performance-metrics.ts";
import type { ReferencePerformance } from "../domain/performance.ts";
import type { Gate, PerformancePolicy } from "../domain/policy.ts";

/**
 * Ranking and decisions, each by a metric that does not move with the base rate; rare classes and all rows; the typical error.
 */
const deciding: Record<Task, readonly MetricName[]> = {
  binary: ["rocAuc", "balancedAccuracy"],
  multiclass: ["macroF1", "accuracy"],
  regression: ["mae"],
};

/** The same of what can be estimated: balanced accuracy cannot. */
export const decidingEstimates: typeof deciding = { ...deciding, binary: ["rocAuc", "accuracy"] };

/** The metrics that decide, of those that the reference has. */
export function decidingMetrics(
  { metrics: chosen }: Pick<PerformancePolicy, "metrics">,
  task: Task,
  { metrics }: Pick<ReferencePerformance, "metrics">,
  defaults = deciding,
): NamedMetric[] {
  const names = chosen === undefined ? defaults[task] : (Object.keys(chosen) as MetricName[]);
  return names.filter((name) => name in metrics).map(metricOf);
}

/**
 * Of a share that should be 1: a fifth, or half, of what is missing to it on the reference, so that a model that errs rarely is
 * held to it; at most two or five points, and at least a half or a whole one.
 */
function gateOfShare(before: number): Gate {
  const part = (of: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, of * (1 - before)));
  return { warning: part(0.2, 0.005, 0.02), drift: part(0.5, 0.01, 0.05) };
}

/** A gate in units of something. */
interface RelativeGate extends Gate {
  of: "one" | "the reference's value" | "the reference's mean absolute error";
}

function defaultGate({ name, unit, better }: NamedMetric): RelativeGate {
  const absolute = (warning: number, drift: number): RelativeGate => ({ of: "one", warning, drift });
  if (unit === "correlation") return absolute(0.04, 0.1);
  if (name === "r2" || name === "explainedVariance") return absolute(0.05, 0.1);
  if (name === "bias" || name === "meanLabel")
    return { of: "the reference's mean absolute error", warning: 0.15, drift: 0.3 };
  if (better === "same") return absolute(0.05, 0.1);
  return { of: "the reference's value", warning: 0.1, drift: 0.25 };
}

/** The gate of a metric in its own unit: the policy's, or the default against this reference. */
export function gateOf(
  metric: NamedMetric,
  { metrics: chosen }: Pick<PerformancePolicy, "metrics">,
  { metrics }: Pick<ReferencePerformance, "metrics">,
): Gate {
  const own = chosen?.[metric.name]?.gate;
  if (own) return own;
  const { better, least, most } = metric;
  if (better === "up" && least === 0 && most === 1) return gateOfShare(metrics[metric.name]?.value ?? 0);
  const { of, warning, drift } = defaultGate(metric);
  const sizes = {
    one: 1,
    "the reference's value": Math.abs(metrics[metric.name]?.value ?? 0),
    "the reference's mean absolute error": metrics.mae?.value ?? 0,
  };
  return { warning: warning * sizes[of], drift: drift * sizes[of] };
}

/** What is wrong with a policy for a model, in sentences. */
export function performancePolicyProblems(
  { metrics }: Pick<PerformancePolicy, "metrics">,
  { task }: Pick<ModelConfig, "task">,
): string[] {
  const names = Object.keys(metrics ?? {}) as MetricName[];
  if (metrics !== undefined && names.length === 0)
    return ["performance.metrics names none: leave it out, or set judged to false."];
  return names.flatMap((name) => {
    if (!metricOf(name).tasks.includes(task)) return [`${name} is no metric of a ${task} model.`];
    if (name === "mce" || name === "maxError") return [`${name} has no sampling error and cannot decide.`];
    return name.startsWith("ece")
      ? [`${name} is larger in small windows for that alone and cannot decide: logLoss and brier can.`]
      : [];
  });
}
