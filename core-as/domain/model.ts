import "./schema-settings.ts";
import * as z from "zod";
import type { Model } from "./api.ts";
import { ArchiveSettings, subjectProblem } from "./archive.ts";
import { revisableMs } from "./event-time.ts";
import { DAY_MS, HOUR_MS, limits, MINUTE_MS, SECOND_MS } from "./limits.ts";
import { isShardCount } from "./sharding.ts";

/** A model as it is declared: what its rows hold and which clock they run on. */

export const Id = z
  .string()
  .min(1)
  .max(limits.idLength)
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9._-]*$/,
    "letters, digits, dot, dash and underscore; starts with a letter or digit",
  );

/** Names of row fields that are not features. */
export const reservedFields = [
  "prediction_id",
  "timestamp",
  "label",
  "prediction_timestamp",
  "attributions",
] as const;
/** How fields begin that hold a feature's attribution (attributions.ts). */
export const attributionPrefix = "attribution.";

export const FeatureType = z.enum(["numeric", "categorical", "boolean"]);
export type FeatureType = z.infer<typeof FeatureType>;

/** What the model answers: one of two, one of several, or a number. */
export const Task = z.enum(["binary", "multiclass", "regression"]);
export type Task = z.infer<typeof Task>;

/** `score` is a probability that the model gives, `prediction` its answer; both are monitored like any feature. */
export const FeatureRole = z.enum(["feature", "score", "prediction"]);
export type FeatureRole = z.infer<typeof FeatureRole>;

export const Feature = z.object({
  name: z
    .string()
    .min(1)
    .max(limits.nameLength)
    .refine((name) => !(reservedFields as readonly string[]).includes(name), "this name is reserved")
    .refine((name) => !name.startsWith(attributionPrefix), "names of attributions are reserved"),
  type: FeatureType,
  role: FeatureRole.default("feature"),
  /** Of a score of a multiclass model: the class whose probability it is. */
  class: z.string().min(1).max(limits.categoryLength).optional(),
  /** Unit of the values, for people: "km", "minutes". */
  unit: z.string().max(40).optional(),
  description: z.string().max(1000).optional(),
  /** Share of the model's decision, any non-negative scale; ranks the table. */
  importance: z.number().nonnegative().optional(),
});
export type Feature = z.infer<typeof Feature>;

/** A stretch of event time with a remark, shown wherever it matters; `injected` marks a fault put in on purpose. */
export const Annotation = z.object({
  kind: z.enum(["injected", "note"]),
  fromMs: z.number(),
  toMs: z.number(),
  features: z.array(z.string()).max(limits.features),
  text: z.string().min(1).max(1000),
});
export type Annotation = z.infer<typeof Annotation>;

/** What rows with a value that a segment does not name belong to. */
export const otherSegment = "other";

/**
 * A cut of the rows by one column: each named value is a segment of its own, everything else is `other`. Declared with the
 * model, because counts depend on it.
 */
export const Segment = z.object({
  name: Id,
  /** A categorical or boolean feature, or "version": that of the batch. */
  field: z.string().min(1).max(limits.nameLength),
  values: z
    .array(z.string().min(1).max(limits.categoryLength))
    .min(1)
    .max(limits.segmentValues)
    .refine((values) => new Set(values).size === values.length, "a value stands twice")
    .refine((values) => !values.includes(otherSegment), `"${otherSegment}" is what the rest is called`),
});
export type Segment = z.infer<typeof Segment>;

const kept = (panes: keyof typeof limits.retention) =>
  z.number().int().min(limits.retentionLeast[panes]).max(limits.retentionMost[panes]);

/** How long panes of each size are kept, by the model's clock, before they roll up into the next; days are forgotten. */
export const Retention = z.object({
  minutesMs: kept("minutesMs").default(limits.retention.minutesMs),
  hoursMs: kept("hoursMs").default(limits.retention.hoursMs),
  daysMs: kept("daysMs").default(limits.retention.daysMs),
});
export type Retention = z.output<typeof Retention>;

/** A part of it, for changes. */
export const RetentionChange = z.object({
  minutesMs: kept("minutesMs").optional(),
  hoursMs: kept("hoursMs").optional(),
  daysMs: kept("daysMs").optional(),
});

export const Shards = z.number().refine(isShardCount, `1, 2, 4 … ${limits.shards}`);

export const ModelInput = z
  .object({
    id: Id,
    name: z.string().min(1).max(limits.nameLength),
    description: z.string().max(2000).default(""),
    /** `wall`: windows close with wall time or the watermark; `replay`: with the watermark only. */
    clock: z.enum(["wall", "replay"]).default("wall"),
    windowMs: z
      .number()
      .int()
      .min(MINUTE_MS)
      .max(31 * DAY_MS)
      .default(DAY_MS),
    basePaneMs: z.number().int().min(MINUTE_MS).max(DAY_MS).default(MINUTE_MS),
    latenessMs: z
      .number()
      .int()
      .min(0)
      .max(7 * DAY_MS)
      .default(10 * MINUTE_MS),
    retention: Retention.default(limits.retention),
    task: Task.default("binary"),
    /** What a multiclass model tells apart, in the order of its confusion matrix. Others need none. */
    classes: z.array(z.string().min(1).max(limits.categoryLength)).max(limits.classes).default([]),
    features: z.array(Feature).min(1).max(limits.features),
    segments: z.array(Segment).max(limits.segments).default([]),
    /** Objects that take its batches, at least: more are made when they are busy for long. A power of two. */
    shards: Shards.default(1),
    /** What one row is worth by [actual class][predicted class], in any unit; binary: false, true. */
    costs: z.array(z.array(z.number())).max(limits.classes).optional(),
    /** Which quantile of the label a regression predicts; the quantile loss is measured at it. */
    quantile: z.number().gt(0).lt(1).default(0.5),
    annotations: z.array(Annotation).max(100).default([]),
    /** Rows are forgotten once they are counted, unless this says otherwise. */
    archive: ArchiveSettings.nullable().default(null),
  })
  .superRefine((model, context) => {
    const seen = new Set<string>();
    for (const { name } of model.features) {
      if (seen.has(name))
        context.addIssue({ code: "custom", path: ["features"], message: `"${name}" stands twice` });
      seen.add(name);
    }
    for (const message of rolesProblems(model))
      context.addIssue({ code: "custom", path: ["features"], message });
    for (const message of classesProblems(model))
      context.addIssue({ code: "custom", path: ["classes"], message });
    for (const message of segmentsProblems(model))
      context.addIssue({ code: "custom", path: ["segments"], message });
    for (const message of retentionProblems(model))
      context.addIssue({ code: "custom", path: ["retention"], message });
    const subject = subjectProblem(model, reservedFields);
    if (subject !== null)
      context.addIssue({ code: "custom", path: ["archive", "subject"], message: subject });
    if (model.windowMs % model.basePaneMs !== 0)
      context.addIssue({ code: "custom", path: ["windowMs"], message: "must be a multiple of basePaneMs" });
    if (model.basePaneMs < HOUR_MS ? HOUR_MS % model.basePaneMs !== 0 : DAY_MS % model.basePaneMs !== 0)
      context.addIssue({ code: "custom", path: ["basePaneMs"], message: "must divide an hour or a day" });
    if (model.basePaneMs % SECOND_MS !== 0)
      context.addIssue({ code: "custom", path: ["basePaneMs"], message: "must be whole seconds" });
  });
export type ModelInput = z.input<typeof ModelInput>;
export type ModelConfig = z.output<typeof ModelInput>;

/** A model as it was stored: what earlier builds did not let it declare is as it was then. */
export function storedModel(text: string): Model {
  const model = JSON.parse(text) as Omit<Model, "retention"> & Partial<Model>;
  return { ...model, retention: model.retention ?? limits.retention };
}

type Declared = Pick<ModelConfig, "task" | "classes" | "features" | "segments" | "costs">;

/** What is wrong with how long a model keeps its panes, in sentences. */
export function retentionProblems(
  model: Pick<ModelConfig, "retention" | "basePaneMs" | "windowMs" | "latenessMs">,
): string[] {
  const { minutesMs, hoursMs, daysMs } = model.retention;
  const problems: string[] = [];
  if (minutesMs > hoursMs || hoursMs > daysMs)
    problems.push("hours are kept at least as long as minutes, and days as hours");
  if (revisableMs(model, model.windowMs) < model.windowMs + model.latenessMs)
    problems.push("panes are kept at least until their window has closed, lateness included");
  return problems;
}

/** The classes of a model's labels and predictions; none for a number. */
export function classesOf({ task, classes }: Pick<ModelConfig, "task" | "classes">): readonly string[] {
  if (task === "multiclass") return classes;
  return task === "binary" ? ["false", "true"] : [];
}

const predictionTypes = { binary: "boolean", multiclass: "categorical", regression: "numeric" } as const;

function rolesProblems({ task, classes, features }: Declared): string[] {
  const problems: string[] = [];
  const scores = features.filter(({ role }) => role === "score");
  const predictions = features.filter(({ role }) => role === "prediction");
  if (predictions.length > 1) problems.push("more than one feature has the role prediction");
  for (const { name, type } of predictions)
    if (type !== predictionTypes[task])
      problems.push(`the prediction "${name}" of a ${task} model must be ${predictionTypes[task]}`);
  for (const { name, type } of scores)
    if (type !== "numeric") problems.push(`the score "${name}" must be numeric`);
  if (task === "regression" && scores.length > 0)
    problems.push("a regression model has a prediction and no score");
  if (task === "binary" && scores.length > 1) problems.push("more than one feature has the role score");
  if (task !== "multiclass") return problems;
  const scored = scores.map((score) => score.class);
  for (const { name, class: of } of scores)
    if (of === undefined || !classes.includes(of))
      problems.push(`the score "${name}" must name one of the classes in \`class\``);
  if (new Set(scored).size < scored.length) problems.push("a class has more than one score");
  return problems;
}

function classesProblems({ task, classes, costs }: Declared): string[] {
  const problems: string[] = [];
  if (task === "multiclass" && classes.length < 2)
    problems.push("a multiclass model declares at least two classes");
  if (task !== "multiclass" && classes.length > 0) problems.push(`a ${task} model declares no classes`);
  if (new Set(classes).size < classes.length) problems.push("a class stands twice");
  const size = task === "multiclass" ? classes.length : 2;
  if (costs && (task === "regression" || costs.length !== size || costs.some((row) => row.length !== size)))
    problems.push("costs have one row and one column for each class");
  return problems;
}

function segmentsProblems({ features, segments }: Declared): string[] {
  const problems: string[] = [];
  if (new Set(segments.map(({ name }) => name)).size < segments.length)
    problems.push("a segment's name stands twice");
  for (const { name, field } of segments) {
    const type = features.find((feature) => feature.name === field)?.type;
    if (field !== "version" && type !== "categorical" && type !== "boolean")
      problems.push(`"${name}" needs a categorical or boolean feature, or "version"`);
  }
  return problems;
}
