import { Hono } from "hono";
import * as z from "zod";
import type { Model, ModelDetail, ModelSummary } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { ArchiveSettings, subjectProblem } from "#core/domain/archive.ts";
import {
  Annotation,
  ModelInput,
  reservedFields,
  RetentionChange,
  retentionProblems,
  Shards,
} from "#core/domain/model.ts";
import type { Env } from "../env.ts";
import { readJson } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { unwrap } from "../objects/result.ts";
import { deleteModel, findModel, insertModel, listModels, updateModel } from "../store/models.ts";

/** /v1/models: what is monitored, with its health at a glance. */
export const models = new Hono<AppEnv>();

/** What can change later; features and clock cannot, because counts depend on them. */
const ModelChange = z.object({
  name: ModelInput.shape.name.optional(),
  description: z.string().max(2000).optional(),
  annotations: z.array(Annotation).max(100).optional(),
  retention: RetentionChange.optional(),
  shards: Shards.optional(),
  archive: ArchiveSettings.nullable().optional(),
});

models.post("/", requireScope("admin"), async (c) => {
  const { organisationId } = c.get("actor");
  const { value } = await readJson(c, ModelInput);
  const model: Model = { ...value, createdAtMs: Date.now() };
  if (!(await insertModel(c.env.DB, organisationId, model)))
    throw new ProblemError(
      "model_exists",
      `Choose another id than "${model.id}", or use the model that has it.`,
    );
  unwrap(await objectOf(c.env, organisationId, model.id).configure({ organisationId, model }));
  return c.json(model, 201);
});

models.get("/", requireScope("read"), async (c) => {
  const { organisationId } = c.get("actor");
  const [all, open] = await Promise.all([
    listModels(c.env.DB, organisationId),
    c.env.ORGANISATION.getByName(organisationId).openCounts(),
  ]);
  const summaries = await Promise.all(
    all.map(async (model) => summaryOf(await detailOf(c.env, organisationId, model, open[model.id] ?? 0))),
  );
  return c.json({ models: summaries });
});

models.get("/:model", requireScope("read"), async (c) => {
  const { organisationId } = c.get("actor");
  const model = await existing(c.env, organisationId, c.req.param("model"));
  const open = await c.env.ORGANISATION.getByName(organisationId).openCounts();
  const detail = await detailOf(c.env, organisationId, model, open[model.id] ?? 0);
  const importances = await objectOf(c.env, organisationId, model.id).importances();
  return c.json({ ...detail, importances } satisfies ModelDetail);
});

models.patch("/:model", requireScope("admin"), async (c) => {
  const { organisationId } = c.get("actor");
  const model = await existing(c.env, organisationId, c.req.param("model"));
  const { value } = await readJson(c, ModelChange);
  if (value.shards !== undefined && value.shards < model.shards)
    throw new ProblemError(
      "shards_invalid",
      `The model has ${model.shards} shards and keeps them: what they remember lies in them.`,
    );
  const changed: Model = { ...model, ...value, retention: { ...model.retention, ...value.retention } };
  const [wrong] = retentionProblems(changed);
  if (wrong !== undefined)
    throw new ProblemError("invalid_body", `The retention does not fit the model: ${wrong}.`, [
      { path: "retention", message: wrong },
    ]);
  if (value.archive) await checkSubject(c.env, organisationId, changed);
  // The object first: it refuses what its monitors need.
  unwrap(await objectOf(c.env, organisationId, model.id).configure({ organisationId, model: changed }));
  await updateModel(c.env.DB, organisationId, changed);
  return c.json(changed);
});

models.delete("/:model", requireScope("admin"), async (c) => {
  const { organisationId } = c.get("actor");
  const id = c.req.param("model");
  const model = await existing(c.env, organisationId, id);
  // The object first: a row that is left points at something, an object without a row would be lost.
  await objectOf(c.env, organisationId, id).erase();
  await c.env.ARCHIVE.getByName(`${organisationId}/${id}`).end(model.createdAtMs);
  await c.env.ORGANISATION.getByName(organisationId).forgetModel(id);
  await deleteModel(c.env.DB, organisationId, id);
  return c.body(null, 204);
});

/** Rows that are archived are erased by the subject that was declared: there is no other one later. */
async function checkSubject(env: Env, organisationId: string, model: Model): Promise<void> {
  const problem = subjectProblem(model, reservedFields);
  if (problem !== null) throw new ProblemError("invalid_body", problem);
  const before = await env.ARCHIVE.getByName(`${organisationId}/${model.id}`).settings();
  if (before?.subject !== undefined && before.subject !== model.archive?.subject)
    throw new ProblemError(
      "invalid_body",
      `Rows are archived with the subject "${before.subject}", and can be erased by it: it stays.`,
    );
}

export async function existing(env: Env, organisationId: string, id: string): Promise<Model> {
  const model = await findModel(env.DB, organisationId, id);
  if (!model) throw new ProblemError("model_not_found", `There is no model "${id}".`);
  return model;
}

const objectOf = (env: Env, organisationId: string, id: string) =>
  env.MODEL.getByName(`${organisationId}/${id}`);

async function detailOf(
  env: Env,
  organisationId: string,
  model: Model,
  openIncidents: number,
): Promise<Omit<ModelDetail, "importances">> {
  const object = objectOf(env, organisationId, model.id);
  // A crash between the row and the object leaves the object empty: the next look mends it.
  if ((await object.status()) === null) unwrap(await object.configure({ organisationId, model }));
  const status = await object.status();
  if (status === null) throw new ProblemError("unavailable", "The model's object did not answer; try again.");
  return { model, ...status, status: status.latest?.status ?? null, openIncidents };
}

function summaryOf({
  activations: _a,
  configVersion: _c,
  policy: _p,
  ...summary
}: Omit<ModelDetail, "importances">): ModelSummary {
  return summary;
}
