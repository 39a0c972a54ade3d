import "./schema-settings.ts";
import * as z from "zod";
import { DAY_MS, HOUR_MS, limits, MINUTE_MS, SECOND_MS } from "./limits.ts";

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
export const reservedFields = ["prediction_id", "timestamp", "label", "prediction_timestamp"] as const;

export const FeatureType = z.enum(["numeric", "categorical", "boolean"]);
export type FeatureType = z.infer<typeof FeatureType>;

/** `score` is the model's output in [0, 1], `prediction` its decision; both are monitored like any feature. */
export const FeatureRole = z.enum(["feature", "score", "prediction"]);
export type FeatureRole = z.infer<typeof FeatureRole>;

export const Feature = z.object({
  name: z
    .string()
    .min(1)
    .max(limits.nameLength)
    .refine((name) => !(reservedFields as readonly string[]).includes(name), "this name is reserved"),
  type: FeatureType,
  role: FeatureRole.default("feature"),
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
    features: z.array(Feature).min(1).max(limits.features),
    annotations: z.array(Annotation).max(100).default([]),
  })
  .superRefine((model, context) => {
    const seen = new Set<string>();
    for (const { name } of model.features) {
      if (seen.has(name))
        context.addIssue({ code: "custom", path: ["features"], message: `"${name}" stands twice` });
      seen.add(name);
    }
    for (const role of ["score", "prediction"] as const) {
      if (model.features.filter((feature) => feature.role === role).length > 1)
        context.addIssue({
          code: "custom",
          path: ["features"],
          message: `more than one feature has the role ${role}`,
        });
    }
    for (const { role, type, name } of model.features) {
      if (role === "score" && type !== "numeric")
        context.addIssue({
          code: "custom",
          path: ["features"],
          message: `the score "${name}" must be numeric`,
        });
      if (role === "prediction" && type !== "boolean")
        context.addIssue({
          code: "custom",
          path: ["features"],
          message: `the prediction "${name}" must be boolean`,
        });
    }
    if (model.windowMs % model.basePaneMs !== 0)
      context.addIssue({ code: "custom", path: ["windowMs"], message: "must be a multiple of basePaneMs" });
    if (model.basePaneMs < HOUR_MS ? HOUR_MS % model.basePaneMs !== 0 : DAY_MS % model.basePaneMs !== 0)
      context.addIssue({ code: "custom", path: ["basePaneMs"], message: "must divide an hour or a day" });
    if (model.basePaneMs % SECOND_MS !== 0)
      context.addIssue({ code: "custom", path: ["basePaneMs"], message: "must be whole seconds" });
  });
export type ModelInput = z.input<typeof ModelInput>;
export type ModelConfig = z.output<typeof ModelInput>;
