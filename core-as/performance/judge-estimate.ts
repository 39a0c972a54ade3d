/**
 * Whether what is estimated of a window is worse than what is estimated of the reference: the same decision as on measured
 * performance (judge-metrics.ts), with estimates on both sides. It stands beside the window. Labels may prove it wrong, and what
 * it sees are changes of the input that checks of drift have seen too, so it opens no incident and takes nothing of the month's
 * accepted false ones.
 *
 * Estimates vary less than what is realised, whose error from row to row is taken for theirs; and all that the estimates of the
 * reference's chunks vary by counts as days that differ. Both make the test careful.
 */
import type { DerivedBlock } from "../derived/kinds.ts";
import type { OfReference } from "../derived/of-reference.ts";
import type { Task } from "../domain/model.ts";
import type { MetricName } from "../domain/performance-metrics.ts";
import type { EstimatedVerdict, Metrics } from "../domain/performance.ts";
import type { Policy } from "../domain/policy.ts";
import type { Reference } from "../domain/reference.ts";
import { type EstimatedWindow, estimateReference, estimatingBlock } from "../estimation.ts";
import type { Kernel } from "../kernel/api.ts";
import { carriersOf } from "./carriers.ts";
import { decidingEstimates, decidingMetrics } from "./gates.ts";
import { type Held, judgeMetrics, namedStatuses } from "./judge-metrics.ts";
import * as words from "./words.ts";

export interface JudgeEstimateInput {
  reference: Reference;
  policy: Policy;
  task: Task;
  windowStartMs: number;
  windowMs: number;
  estimated: EstimatedWindow;
  /** That of a window of performance. */
  level: { warning: number; drift: number };
}

/** @throws RangeError when the reference has nothing to estimate from */
export function judgeEstimate(kernel: Kernel, input: JudgeEstimateInput): EstimatedVerdict {
  const { reference, policy, task, windowStartMs, windowMs, estimated, level } = input;
  const block = estimatingBlock(reference.derived);
  const before = block && estimateReference(kernel, block);
  if (!before) throw new RangeError(`the reference ${reference.id} has nothing to estimate from`);
  const { status, errors, worst, family, metrics } = judgeMetrics(kernel, {
    ...{ reference, policy, windowStartMs, windowMs, level },
    performance: heldOf(before, block, reference.chunks),
    deciding: decidingMetrics(policy.performance, task, before, decidingEstimates).map((metric) => ({
      ...metric,
      label: `estimated ${metric.label}`,
    })),
    metrics: estimated.metrics,
    labelled: estimated.rows,
    carriers: (name) =>
      Math.floor(carriersOf(name, estimated.rows, { task, confusion: estimated.confusion }, before)),
    tooFew: words.tooFewEstimated,
  });
  return {
    ...{ status, errors, worst },
    reason: words.estimateReason(status, namedStatuses(metrics)),
    ...{ family, metrics },
  };
}

/** What is estimated of the reference, in the shape of what was measured of it. */
function heldOf(
  { rows, metrics }: EstimatedWindow,
  { reference: { chunks: series } }: DerivedBlock & { reference: OfReference },
  chunks: Reference["chunks"],
): Held {
  return {
    labelled: rows,
    metrics: metrics satisfies Metrics,
    chunks: chunks &&
      series && {
        labelled: chunks.rows,
        metrics: Object.fromEntries(
          (Object.keys(metrics) as MetricName[]).map((name) => {
            const values = series[name] ?? chunks.rows.map(() => null);
            return [name, { values, standardErrors: values.map(() => 0) }];
          }),
        ),
      },
  };
}
