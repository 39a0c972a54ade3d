/**
 * What a model was worth over some rows: the shape that windows, references and the API share. A metric that is not defined
 * there is null; a bound that nobody knows is null too.
 */
import "./schema-settings.ts";
import * as z from "zod";
import { limits } from "./limits.ts";
import { Task } from "./model.ts";
import type { PerformanceCheck } from "./performance-check.ts";
import { type MetricName, performanceMetrics } from "./performance-metrics.ts";

const Count = z.number().int().nonnegative();
const MaybeNumber = z.number().nullable();

/** A metric's value with its 95 % interval and its standard error, all for independent rows. */
export const Estimate = z.object({
  value: z.number(),
  low: MaybeNumber,
  high: MaybeNumber,
  standardError: MaybeNumber,
});
export type Estimate = z.infer<typeof Estimate>;

/** By name, as performance-metrics.ts lists them; those of other tasks are left out. */
export const Metrics = z.partialRecord(
  z.enum(performanceMetrics.map(({ name }) => name)),
  Estimate.nullable(),
);
export type Metrics = z.infer<typeof Metrics>;

/** One class of several, held against all others. */
export const ClassPerformance = z.object({
  class: z.string(),
  /** Rows that are of this class, and that were called so. */
  labelled: Count,
  predicted: Count,
  metrics: z.object({
    precision: Estimate.nullable(),
    recall: Estimate.nullable(),
    f1: Estimate.nullable(),
    specificity: Estimate.nullable(),
    rocAuc: Estimate.nullable(),
    averagePrecision: Estimate.nullable(),
  }),
});
export type ClassPerformance = z.infer<typeof ClassPerformance>;

/** Rows whose score lies in [from, to) (1 in the last), and how many of them came true; of several classes the largest score. */
export const CalibrationBin = z.object({
  from: z.number(),
  to: z.number(),
  rows: Count,
  meanScore: MaybeNumber,
  /** Share that came true, with its interval. */
  share: Estimate.nullable(),
});
export type CalibrationBin = z.infer<typeof CalibrationBin>;

/** Rows with a score of at least `threshold` called true; null for none. */
export const RocPoint = z.object({
  threshold: MaybeNumber,
  falsePositiveRate: z.number(),
  truePositiveRate: z.number(),
});
export type RocPoint = z.infer<typeof RocPoint>;

export const RealisedPerformance = z.object({
  task: Task,
  /** In the order of the matrix; none for a regression. */
  classes: z.array(z.string()).max(limits.classes),
  metrics: Metrics,
  /** By [actual class][predicted class]; null for a regression. */
  confusion: z.array(z.array(Count)).nullable(),
  /** Of a multiclass model. */
  byClass: z.array(ClassPerformance).max(limits.classes),
  /** Ten bins of equal width; null without scores. */
  calibration: z.array(CalibrationBin).nullable(),
  /** From no row called true to all; null unless binary, with scores and both classes. */
  roc: z.array(RocPoint).max(limits.rocPoints).nullable(),
  /** What all the rows together were worth by the model's costs; null without costs. */
  value: MaybeNumber,
});
export type RealisedPerformance = z.infer<typeof RealisedPerformance>;

/** A metric in each chunk of a reference, in the order of `chunks.starts`; null where it is not defined. */
const ChunkSeries = z.object({ values: z.array(MaybeNumber), standardErrors: z.array(MaybeNumber) });

export const ReferencePerformance = RealisedPerformance.extend({
  labelled: Count,
  /** Null where the reference has no chunks. */
  chunks: z
    .object({
      /** Labelled rows of each. */
      labelled: z.array(Count),
      metrics: z.partialRecord(z.enum(performanceMetrics.map(({ name }) => name)), ChunkSeries),
    })
    .nullable(),
});
export type ReferencePerformance = z.infer<typeof ReferencePerformance>;

/** How long labels took, of those that have come: from a prediction to the time its label was known. */
export interface LabelDelay {
  medianMs: number;
  p90Ms: number;
}

/**
 * A metric foretold. `low` and `high`: where the realised value of so many rows lies 19 times in 20, as long as the relation
 * between features and labels is the reference's; null where the reference's labels do not tell how far it strays.
 */
export interface EstimatedMetric extends Estimate {
  /** Certain bounds of what the rows themselves would give: all that counting them in cells may have cost. */
  least: number;
  most: number;
}

/** Performance foretold without labels, from a closed window's counts. */
export interface EstimatedPerformance {
  /** In whose cells the window is counted; what is foretold was learnt from its labels. */
  referenceId: string;
  /** Rows with all that an estimate needs, labelled or not. */
  rows: number;
  /** A metric that is not defined, or that cannot be estimated, is left out. */
  metrics: Partial<Record<MetricName, EstimatedMetric>>;
  /** Expected rows by [actual class][predicted class]; null for a regression. */
  confusion: number[][] | null;
  /** The sentence that belongs beside it: valid only without concept drift. */
  assumption: string;
  /** Against what is foretold of the reference. Labels may prove it wrong, so it opens no incident. */
  verdict: EstimatedVerdict;
  /** Estimated less realised, where both are known; null without labels. */
  error: Partial<Record<MetricName, number>> | null;
}

export type EstimatedVerdict = Pick<
  PerformanceCheck,
  "status" | "errors" | "worst" | "reason" | "family" | "metrics"
>;

/** One window of a model, or of one of its segments. */
export interface PerformanceWindow {
  windowStartMs: number;
  windowEndMs: number;
  /** Predictions that a label can find: with an id and an answer, or repeated beside their label. */
  predictions: number;
  labelled: number;
  /** labelled / predictions; null without predictions. */
  coverage: number | null;
  /** Null without labels. */
  delay: LabelDelay | null;
  /** Null without labels. */
  realised: RealisedPerformance | null;
  /** Null before the window has closed, and where the reference holds nothing to estimate from. */
  estimated: EstimatedPerformance | null;
}
