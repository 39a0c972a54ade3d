import "./schema-settings.ts";
import * as z from "zod";
import { DAY_MS, limits } from "./limits.ts";
import { Monitor } from "./monitor.ts";
import { performanceMetrics } from "./performance-metrics.ts";
import { featureQualityKinds, qualityKinds } from "./quality.ts";

/** What a person decides about alarms (METHODS §1): how many false incidents a month, and which effects matter. */

/** What can decide on counts; which of them a feature allows depends on its cells (`methodsFor`). */
export const Method = z.enum([
  ...["ad", "ks", "cvm", "energy", "wasserstein"],
  ...["chi2", "g", "hypergeom"],
  ...["psi", "js", "kl", "hellinger", "tvd", "linf"],
] as const);
export type Method = z.infer<typeof Method>;

export const Gate = z
  .object({ warning: z.number().min(0), drift: z.number().min(0) })
  .refine((gate) => gate.warning <= gate.drift, "the warning gate lies above the drift gate");
export type Gate = z.infer<typeof Gate>;

export const FeaturePolicy = z.object({
  /** What decides; left out, the default of the feature's cells. */
  method: Method.optional(),
  gate: Gate.optional(),
  /** Shown, but no part of the verdict and the family. */
  muted: z.boolean().optional(),
});

const QualityKinds = z.enum([...featureQualityKinds, ...qualityKinds]);

/** Quality is judged by default like any drift: what a person knows better is muted, or has a gate of their own. */
export const QualityPolicy = z.object({
  /** Shown, but no part of verdicts and the family: of all features, or of the window. */
  muted: z.array(QualityKinds).default([]),
  /** By kind, instead of the default gates. */
  gates: z.partialRecord(QualityKinds, Gate).default({}),
});
/** How realised performance is judged; it is measured in any case. */
export const PerformancePolicy = z.object({
  judged: z.boolean().default(true),
  /** What decides, with gates in the metric's own unit. Left out: the default of the task (performance/gates.ts). */
  metrics: z
    .partialRecord(z.enum(performanceMetrics.map(({ name }) => name)), z.object({ gate: Gate.optional() }))
    .optional(),
  /**
   * A window is judged when this share of its predictions has a label, at each of these shares, and once more when all have
   * one or no more can come. Its level is spread over these looks.
   */
  looks: z
    .array(z.number().gt(0).lt(1))
    .max(4)
    .refine((looks) => looks.every((share, i) => i === 0 || share > looks[i - 1]), "shares must ascend")
    .default([0.5, 0.9]),
  /** A drop that would have to be so many times the drift gate to show is `insufficient`, not `ok`. */
  maximumDetectable: z.number().positive().default(5),
});
export type PerformancePolicy = z.output<typeof PerformancePolicy>;

export const Policy = z.object({
  falseIncidentsPerMonth: z
    .object({ drift: z.number().positive().max(100), warning: z.number().positive().max(1000) })
    .default({ drift: 0.1, warning: 1 }),
  correction: z.enum(["bh", "by", "bonferroni", "none"]).default("bh"),
  /** Fewer rows than this are `insufficient`. */
  minimumRows: z.number().int().min(1).default(50),
  /** Detectable shifts above this KS gap are `insufficient`. */
  maximumDetectable: z.number().min(0).max(1).default(0.5),
  features: z.record(z.string(), FeaturePolicy).default({}),
  quality: QualityPolicy.default({ muted: [], gates: {} }),
  performance: PerformancePolicy.prefault({}),
  /** Which windows are checked. Left out: the model's own, of all rows and of each declared segment. */
  monitors: z.array(Monitor).min(1).max(limits.monitors).optional(),
  /** Windows in a row without drift before an incident resolves by itself. */
  resolveAfterWindows: z.number().int().min(1).max(100).default(2),
  /** Ask for retraining when an incident opens. */
  retrainOnDrift: z.boolean().default(true),
});
export type PolicyInput = z.input<typeof Policy>;
export type Policy = z.output<typeof Policy>;

/**
 * The KS gap, V_b and score gates of METHODS §3, and those of what a share or a ratio says better: rows that are lost
 * because nobody could read them, ids and fields that should not be there, rows that should.
 */
export const defaultGates = {
  gap: { warning: 0.05, drift: 0.1 },
  share: { warning: 0.05, drift: 0.1 },
  wasserstein: { warning: 0.1, drift: 0.25 },
  psi: { warning: 0.05, drift: 0.2 },
  /** Share of rows. */
  refused: { warning: 0.005, drift: 0.01 },
  duplicates: { warning: 0.01, drift: 0.05 },
  /** Share of batches. */
  empty: { warning: 0.05, drift: 0.2 },
  schema: { warning: 0.1, drift: 0.5 },
  /** (more − fewer)/more: a quarter or two fifths of the rows are missing, or as many more came. */
  volume: { warning: 0.25, drift: 0.4 },
} satisfies Record<string, Gate>;

/** A month is 30 days; W of METHODS §1: all scheduled evaluations in it. */
export function evaluationsPerMonth(windowMs: number): number {
  return (30 * DAY_MS) / windowMs;
}
