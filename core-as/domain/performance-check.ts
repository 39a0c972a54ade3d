/**
 * A check of performance: whether a window's labelled rows show a model that is worse than on its reference. It holds the
 * measured numbers; with the reference and the policy whoever has it gets the same bits.
 */
import type { Status } from "./check.ts";
import type { Task } from "./model.ts";
import type { MetricName } from "./performance-metrics.ts";
import type { Gate } from "./policy.ts";

/** One metric that decides, in its own unit. */
export interface MetricVerdict {
  name: MetricName;
  status: Status;
  /** Of the window; null where it is not defined. */
  value: number | null;
  standardError: number | null;
  /** Rows that it rests on: those of the rarest class that it needs, or all. */
  carriers: number;
  /** Of the whole reference. */
  reference: { value: number | null; standardError: number | null };
  /** How far the window lies from the reference in the bad direction; negative where it is better. */
  effect: number;
  /** "drop", "rise", or "change" where any counts. */
  effectName: string;
  gate: Gate;
  /** Against sampling noise, the window's and the reference's; null where there is no test. */
  pSampling: number | null;
  /** Against the reference's own variation from chunk to chunk; null where there is no chunk null. */
  pChunk: number | null;
  pValue: number;
  adjustedP: number;
  /** The smallest effect, alone in the family, that would have shown as a warning with about 80 % power; null without a test. */
  detectable: number | null;
  /** As a drift check's: `assumes-independent-rows`, `reference-limited`, `longer-reference-needed`, `extrapolated`. */
  marks: string[];
  reason: string;
}

/** Which of a window's looks this is: its part of the level is (reached − before)/of. */
export interface Look {
  /** Shares of labels that are reached, counted from 1; `of` when all labels are known or no more can come. */
  reached: number;
  /** Those that an earlier check of the window has used up. */
  before: number;
  of: number;
}

export interface PerformanceCheck {
  kind: "performance";
  id: string;
  modelId: string;
  /** `performance`, or `performance:region=emea` of a segment. */
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  revision: number;
  referenceId: string;
  configVersion: number;
  periodMs: number;
  task: Task;
  /** Labelled rows. */
  rows: number;
  predictions: number;
  look: Look;
  complete: true;
  status: Status;
  /** Metrics in `error`, beside the status. */
  errors: number;
  worst: MetricName | null;
  reason: string;
  family: { size: number; correction: string; level: { warning: number; drift: number } };
  metrics: MetricVerdict[];
}
