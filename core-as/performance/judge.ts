/**
 * The only decision about performance: measured window + reference + policy → verdicts (METHODS §1, for metrics instead of
 * features). Pure: whoever calls it with the same values gets the same bits. A verdict needs significance against both nulls in
 * the family of the metrics that decide, an effect that matters, and enough evidence.
 */
import { checkId } from "../domain/check.ts";
import type { Look, PerformanceCheck } from "../domain/performance-check.ts";
import { shareOfLook } from "../domain/performance-looks.ts";
import type { MetricName } from "../domain/performance-metrics.ts";
import type { Metrics, RealisedPerformance } from "../domain/performance.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reference } from "../domain/reference.ts";
import type { Kernel } from "../kernel/api.ts";
import { carriersOf } from "./carriers.ts";
import { decidingMetrics } from "./gates.ts";
import { judgeMetrics, namedStatuses } from "./judge-metrics.ts";
import * as words from "./words.ts";

/** What of a reference a window's performance is held against. */
export type JudgedReference = Pick<Reference, "id" | "chunks" | "performance">;

export interface JudgeInput {
  reference: JudgedReference;
  policy: Policy;
  modelId: string;
  /** `performance`, with the segment's key where it is of one. */
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  windowMs: number;
  revision: number;
  configVersion: number;
  predictions: number;
  labelled: number;
  /** Of the window. */
  metrics: Metrics;
  /** Rows that each deciding metric rests on. */
  carriers: (name: MetricName) => number;
  look: Look;
  /** The window's levels, before they are spread over its looks. */
  level: { warning: number; drift: number };
}

/** What a window's measured performance gives to be judged by. */
export function measuredFor(
  reference: Pick<Reference, "performance">,
  { labelled, realised }: { labelled: number; realised: RealisedPerformance },
): Pick<JudgeInput, "labelled" | "metrics" | "carriers"> {
  const { performance } = reference;
  return {
    labelled,
    metrics: realised.metrics,
    carriers: (name) => (performance ? carriersOf(name, labelled, realised, performance) : 0),
  };
}

/** @throws RangeError when the reference came without labels */
export function judgePerformance(kernel: Kernel, input: JudgeInput): PerformanceCheck {
  const { reference, policy, modelId, monitor, windowStartMs, windowEndMs, revision } = input;
  const { performance } = reference;
  if (performance === null) throw new RangeError(`the reference ${reference.id} came without labels`);
  const share = shareOfLook(input.look);
  const level = { warning: share * input.level.warning, drift: share * input.level.drift };
  const { status, errors, worst, family, metrics } = judgeMetrics(kernel, {
    ...{ reference, performance, policy, windowStartMs, windowMs: input.windowMs, level },
    ...{ metrics: input.metrics, labelled: input.labelled, carriers: input.carriers },
    deciding: decidingMetrics(policy.performance, performance.task, performance),
    tooFew: words.tooFewLabels,
  });
  return {
    kind: "performance",
    id: checkId(modelId, monitor, windowEndMs, revision),
    ...{ modelId, monitor, windowStartMs, windowEndMs, revision },
    referenceId: reference.id,
    configVersion: input.configVersion,
    periodMs: input.windowMs,
    task: performance.task,
    rows: input.labelled,
    predictions: input.predictions,
    look: input.look,
    complete: true,
    ...{ status, errors, worst },
    reason: words.checkReason(status, namedStatuses(metrics)),
    ...{ family, metrics },
  };
}
