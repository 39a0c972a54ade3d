/**
 * Computes a check of performance again from the measured numbers it holds, its reference and the policy, and puts both numbers
 * side by side. Measuring itself needs the labelled rows and is not repeated.
 */
import type { MetricVerdict, PerformanceCheck } from "../domain/performance-check.ts";
import type { Metrics } from "../domain/performance.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { judgePerformance } from "../performance/judge.ts";
import type { Verification } from "./verify.ts";
import {
  compared,
  referenceSteps,
  type Sha256,
  type Value,
  type VerifyStep,
  type VerifyStepName,
} from "./verify-steps.ts";

export interface PerformanceEvidence {
  check: PerformanceCheck;
  reference: Reference;
  policy: Policy;
  /** The levels that the model's monitors leave each window; `familyLevel` of them. */
  level: { warning: number; drift: number };
}

export async function verifyPerformanceCheck(
  kernel: Kernel,
  { check, reference, policy, level }: PerformanceEvidence,
  sha256: Sha256,
): Promise<Verification & { recomputed: PerformanceCheck }> {
  const { modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, predictions, look } = check;
  const recomputed = judgePerformance(kernel, {
    ...{ modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, predictions, look },
    ...{ reference, policy, level },
    windowMs: check.periodMs,
    labelled: check.rows,
    metrics: measuredIn(check),
    carriers: (name) => check.metrics.find((metric) => metric.name === name)?.carriers ?? 0,
  });
  const again = JSON.parse(JSON.stringify(recomputed)) as PerformanceCheck;
  const whole = wholeSteps.map(([step, what, of]) =>
    compared(check.id, null, step, what, of(check), of(again)),
  );
  const metrics = check.metrics.flatMap((stored) => {
    const found = again.metrics.find(({ name }) => name === stored.name);
    return metricSteps.map(([step, what, of]) =>
      compared(check.id, stored.name, step, what, of(stored), found ? of(found) : null),
    );
  });
  const steps: VerifyStep[] = [
    ...(await referenceSteps(check.id, reference, sha256)),
    compared(check.id, null, "reference", "the check's reference", check.referenceId, reference.id),
    ...whole,
    ...metrics,
  ];
  return { same: steps.every(({ same }) => same), steps, recomputed };
}

function measuredIn({ metrics }: PerformanceCheck): Metrics {
  const found: Metrics = {};
  for (const { name, value, standardError } of metrics)
    found[name] = value === null ? null : { value, standardError, low: null, high: null };
  return found;
}

type Steps<T> = readonly [VerifyStepName, string, (of: T) => Value][];

const wholeSteps: Steps<PerformanceCheck> = [
  ["counts", "labelled rows", ({ rows }) => rows],
  ["counts", "metrics that decide", ({ metrics }) => metrics.map(({ name }) => name).join(", ")],
  ["family", "tests in the family", ({ family }) => family.size],
  ["family", "correction", ({ family }) => family.correction],
  ["family", "level of a warning at this look", ({ family }) => family.level.warning],
  ["family", "level of drift at this look", ({ family }) => family.level.drift],
  ["decision", "verdict", ({ status }) => status],
  ["decision", "loudest metric", ({ worst }) => worst],
  ["decision", "metrics in error", ({ errors }) => errors],
  ["decision", "reason", ({ reason }) => reason],
];

const metricSteps: Steps<MetricVerdict> = [
  ["statistic", "value", ({ value }) => value],
  ["statistic", "standard error", ({ standardError }) => standardError],
  ["statistic", "value on the reference", ({ reference }) => reference.value],
  ["statistic", "standard error on the reference", ({ reference }) => reference.standardError],
  ["nulls", "p by sampling", ({ pSampling }) => pSampling],
  ["nulls", "p between chunks", ({ pChunk }) => pChunk],
  ["nulls", "p", ({ pValue }) => pValue],
  ["nulls", "how p came about", ({ marks }) => marks.join(", ")],
  ["family", "adjusted p", ({ adjustedP }) => adjustedP],
  ["effect", "effect", ({ effect }) => effect],
  ["effect", "gate of a warning", ({ gate }) => gate.warning],
  ["effect", "gate of drift", ({ gate }) => gate.drift],
  ["effect", "smallest detectable effect", ({ detectable }) => detectable],
  ["decision", "verdict", ({ status }) => status],
  ["decision", "reason", ({ reason }) => reason],
];
