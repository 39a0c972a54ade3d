import * as z from "zod";
import type { Model } from "#core/domain/api.ts";
import { ArchiveSettings } from "#core/domain/archive.ts";
import { Annotation, ModelInput, RetentionChange, retentionProblems, Shards } from "#core/domain/model.ts";
import { problem, type Result } from "../result.ts";

/** What can change later; features and clock cannot, because counts depend on them. */
export const ModelChange = z.object({
  name: ModelInput.shape.name.optional(),
  description: z.string().max(2000).optional(),
  annotations: z.array(Annotation).max(100).optional(),
  retention: RetentionChange.optional(),
  shards: Shards.optional(),
  archive: ArchiveSettings.nullable().optional(),
});
export type ModelChange = z.output<typeof ModelChange>;

/** The model with what is asked for changed, and everything else as it is. */
export function changedModel(model: Model, change: ModelChange): Result<Model> {
  if (change.shards !== undefined && change.shards < model.shards)
    return problem(
      "shards_invalid",
      `The model has ${model.shards} shards and keeps them: what they remember lies in them.`,
    );
  const changed: Model = { ...model, ...change, retention: { ...model.retention, ...change.retention } };
  const [wrong] = retentionProblems(changed);
  if (wrong !== undefined)
    return problem("invalid_body", `The retention does not fit the model: ${wrong}.`, [
      { path: "retention", message: wrong },
    ]);
  return { value: changed };
}
