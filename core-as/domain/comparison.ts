/**
 * What `mdt compare` and the Compare page answer: one JSON document of the schema `mdt-comparison/1`. It is canonical:
 * the same rows and options give the same bytes in a browser and on the command line, so it holds no times, paths or
 * durations; what the files were called is under `inputs`. `evidence` is enough to compute every verdict again.
 *
 * Within version 1 fields may be added, never renamed or given another meaning. Numbers that do not exist (a statistic
 * of nothing, an infinite divergence) are null.
 */
import "./schema-settings.ts";
import * as z from "zod";
import { FeatureRole, FeatureType } from "./model.ts";
import { Gate, Method, Policy } from "./policy.ts";
import { featureQualityKinds } from "./quality.ts";
import { Reference } from "./reference.ts";

export const comparisonSchema = "mdt-comparison/1";

const Count = z.number().int().nonnegative();
const MaybeNumber = z.number().nullable();
export const Status = z.enum(["ok", "warning", "drift", "insufficient", "error"]);
const TestKind = z.enum(["drift", ...featureQualityKinds]);

export const ComparisonScore = z.object({
  statistic: MaybeNumber,
  pValue: MaybeNumber,
  /** Bounds of the statistic, where any are known. */
  low: MaybeNumber,
  high: MaybeNumber,
  /** `rows`: exact, on the values themselves. `cells`: on the counts in the reference's cells. */
  on: z.enum(["rows", "cells"]),
});
export type ComparisonScore = z.infer<typeof ComparisonScore>;

const Tested = z.object({
  kind: TestKind,
  /** What decides; `extremes` is the exact law of the reference's own range. */
  method: z.union([Method, z.literal("extremes")]),
  adjustedP: z.number(),
  effect: z.number(),
  /** `ks gap`, `share distance`, `wasserstein/std`, `psi excess`, or `none`. */
  effectName: z.string(),
  gate: Gate,
  marks: z.array(z.string()),
});

export const ComparisonTest = Tested.extend({
  statistic: MaybeNumber,
  pSampling: z.number(),
  /** Null where the reference has no chunk null. */
  pChunk: MaybeNumber,
  pValue: z.number(),
  status: Status,
});
export type ComparisonTest = z.infer<typeof ComparisonTest>;

export const ComparisonVerdict = Tested.extend({
  status: Status,
  detectable: z.object({ gap: z.number(), standardDeviations: z.number() }).nullable(),
  reason: z.string(),
});
export type ComparisonVerdict = z.infer<typeof ComparisonVerdict>;

/** One side of a column, for people: numbers have a place and a spread, categories their most frequent values. */
export const ColumnSummary = z.object({
  rows: Count,
  /** Rows with a finite number, or with a category. */
  values: Count,
  missing: Count,
  /** Null where it is not known (a profile keeps no distinct values of continuous features). */
  distinct: Count.nullable(),
  numeric: z
    .object({
      mean: z.number(),
      std: z.number(),
      min: z.number(),
      lowerQuartile: MaybeNumber,
      median: MaybeNumber,
      upperQuartile: MaybeNumber,
      max: z.number(),
    })
    .nullable(),
  /** Most frequent first, ties by name. */
  top: z.array(z.object({ value: z.string(), count: Count })),
});
export type ColumnSummary = z.infer<typeof ColumnSummary>;

export const ComparisonFeature = z.object({
  name: z.string(),
  type: FeatureType,
  role: FeatureRole,
  n: Count,
  m: Count,
  missing: z.object({ reference: z.number(), current: z.number() }),
  unseen: Count,
  scores: z.record(z.string(), ComparisonScore),
  tests: z.array(ComparisonTest),
  verdict: ComparisonVerdict,
  summary: z.object({ reference: ColumnSummary, current: ColumnSummary }),
  /** What changed, in words and with the numbers of `summary`. */
  change: z.string(),
});
export type ComparisonFeature = z.infer<typeof ComparisonFeature>;

/** The verdict on a set of rows: the loudest feature's. */
const SetVerdict = z.object({
  status: Status,
  worst: z.string().nullable(),
  reason: z.string(),
  /** Features that could not be evaluated. */
  errors: Count,
  family: z.object({
    size: Count,
    correction: z.string(),
    level: z.object({ warning: z.number(), drift: z.number() }),
  }),
});

const Rows = z.object({ reference: Count, current: Count });

/** What `evaluate` was given, beside the reference: enough to call it again. */
const EvaluateEvidence = z.object({
  policy: Policy,
  /** The family's levels: on files a level is given, where a monitor's follows from false incidents a month. */
  level: z.object({ warning: z.number(), drift: z.number() }),
  modelId: z.string(),
  monitor: z.string(),
  windowStartMs: z.number(),
  windowEndMs: z.number(),
  windowMs: z.number(),
  /** Unsigned 32 bits, from the identity above; in the document for whoever wants to draw again. */
  seed: Count,
  rows: Count,
  /** The flat vector of the current rows' counts in the reference's cells (see docs/compare.md). */
  counts: z.array(Count),
});
export type EvaluateEvidence = z.infer<typeof EvaluateEvidence>;

/** A period of the current rows: no scores of its own, its verdicts by feature. */
export const ComparisonPeriod = z.object({
  startMs: z.number(),
  endMs: z.number(),
  rows: Count,
  verdict: SetVerdict,
  features: z.array(
    z.object({
      name: z.string(),
      m: Count,
      missing: z.number(),
      verdict: ComparisonVerdict,
      tests: z.array(ComparisonTest),
    }),
  ),
  evidence: EvaluateEvidence,
});
export type ComparisonPeriod = z.infer<typeof ComparisonPeriod>;

export const ComparisonSegment = z.object({
  value: z.string(),
  rows: Rows,
  verdict: SetVerdict,
  features: z.array(ComparisonFeature),
  evidence: EvaluateEvidence.extend({ reference: Reference }),
});
export type ComparisonSegment = z.infer<typeof ComparisonSegment>;

const Metric = z.object({ value: z.number(), low: MaybeNumber, high: MaybeNumber });
const Metrics = z.record(z.string(), Metric.nullable());

export const ComparisonPerformance = z.object({
  kind: z.enum(["binary", "regression"]),
  target: z.string().nullable(),
  prediction: z.string().nullable(),
  score: z.string().nullable(),
  /** The value that counts as positive; null for a regression. */
  positive: z.string().nullable(),
  /** With labels, each side where it has them. */
  realised: z.object({
    reference: z.object({ rows: Count, metrics: Metrics }).nullable(),
    current: z.object({ rows: Count, metrics: Metrics }).nullable(),
  }),
  /** Without labels, from the scores of the current rows (CBPE). */
  estimated: z.object({ rows: Count, metrics: Metrics, calibrated: z.boolean() }).nullable(),
  /** Metrics whose 95 % intervals do not overlap, and which way. */
  changed: z.array(z.object({ metric: z.string(), better: z.boolean() })),
  /** The sentences that belong next to these numbers. */
  assumptions: z.array(z.string()),
});
export type ComparisonPerformance = z.infer<typeof ComparisonPerformance>;

/** The same files by another tool's rules. Uncalibrated: its alarms are constants. */
export const ComparisonCompat = z.object({
  tool: z.enum(["evidently", "nannyml"]),
  calibrated: z.literal(false),
  note: z.string(),
  drifted: z.boolean().nullable(),
  columns: z.array(
    z.object({
      column: z.string(),
      method: z.string().nullable(),
      score: MaybeNumber,
      threshold: MaybeNumber,
      drifted: z.boolean().nullable(),
      /** NannyML's chunks of the current rows that alarm; null for Evidently. */
      alarms: z.object({ chunks: Count, alarmed: Count }).nullable(),
    }),
  ),
});
export type ComparisonCompat = z.infer<typeof ComparisonCompat>;

export const NoticeKind = z.enum([
  ...["type", "left-out", "only-in-reference", "only-in-current", "did-not-fit"],
  ...["assumes-independent-rows", "time", "segment", "rows", "performance", "compat"],
] as const);
export const Notice = z.object({ kind: NoticeKind, column: z.string().nullable(), message: z.string() });
export type Notice = z.infer<typeof Notice>;

const Input = z.object({
  name: z.string(),
  bytes: Count.nullable(),
  /** `csv`, `ndjson`, `json`, `arrow`, `parquet`, `profile`. */
  format: z.string(),
});
export type ComparisonInput = z.infer<typeof Input>;

export const ComparisonOptions = z.object({
  level: z.number(),
  correction: z.enum(["bh", "by", "bonferroni", "none"]),
  time: z.string().nullable(),
  segment: z.string().nullable(),
  by: z.enum(["day", "week"]).nullable(),
  target: z.string().nullable(),
  prediction: z.string().nullable(),
  score: z.string().nullable(),
  positive: z.string().nullable(),
  compat: z.enum(["evidently", "nannyml"]).nullable(),
  /** What decides, by feature, where it was chosen. */
  methods: z.record(z.string(), Method),
});
export type ComparisonOptions = z.infer<typeof ComparisonOptions>;

export const Comparison = z.object({
  schema: z.literal(comparisonSchema),
  /** What was compared: names and sizes, which do not change any number. */
  inputs: z.object({ reference: Input, current: Input }),
  options: ComparisonOptions,
  rows: Rows,
  verdict: SetVerdict.extend({ drifted: Count, warned: Count, compared: Count }),
  /** The nulls that every p-value stands on. */
  nulls: z.object({
    /** Chunks of the reference that the second null comes from; null without. */
    chunks: z.object({ count: Count, periodMs: z.number() }).nullable(),
    /** `Assumes independent rows: …`, or how the second null came about. */
    sentence: z.string(),
  }),
  features: z.array(ComparisonFeature),
  segments: z
    .object({
      column: z.string(),
      sentence: z.string(),
      values: z.array(ComparisonSegment),
      /** Values that were not compared: too many, or on one side only. */
      omitted: z.array(z.object({ value: z.string(), rows: Rows, reason: z.string() })),
    })
    .nullable(),
  series: z
    .object({ by: z.enum(["day", "week"]), sentence: z.string(), periods: z.array(ComparisonPeriod) })
    .nullable(),
  performance: ComparisonPerformance.nullable(),
  compat: ComparisonCompat.nullable(),
  notices: z.array(Notice),
  evidence: EvaluateEvidence.extend({ reference: Reference }),
});
export type Comparison = z.infer<typeof Comparison>;

/** For readers in other languages: docs/mdt-comparison-1.schema.json. */
export const comparisonJsonSchema = (): object =>
  z.toJSONSchema(Comparison, { target: "draft-2020-12", reused: "ref", io: "input" });
