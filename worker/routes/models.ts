import { type Context, Hono } from "hono";
import type { Model, ModelDetail, ModelSummary } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { subjectProblem } from "#core/domain/archive.ts";
import { ModelInput, reservedFields } from "#core/domain/model.ts";
import type { Env } from "../env.ts";
import { readJson } from "../http/body.ts";
import { type AppEnv, requireScope } from "../http/context.ts";
import { ModelChange } from "../objects/model/model-change.ts";
import { unwrap } from "../objects/result.ts";
import { deleteModel, findModel, insertModel, listModels } from "../store/models.ts";

/** /v1/models: what is monitored, with its health at a glance. */
export const models = new Hono<AppEnv>();

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
  const [all, glance] = await Promise.all([listModels(c.env.DB, organisationId), glanceOf(c)]);
  const summaries = await Promise.all(
    all.map(async (model) => summaryOf(await detailOf(c.env, organisationId, model, glance))),
  );
  return c.json({ models: summaries });
});

models.get("/:model", requireScope("read"), async (c) => {
  const { organisationId } = c.get("actor");
  const model = await existing(c.env, organisationId, c.req.param("model"));
  const detail = await detailOf(c.env, organisationId, model, await glanceOf(c));
  const importances = await objectOf(c.env, organisationId, model.id).importances();
  return c.json({ ...detail, importances } satisfies ModelDetail);
});

models.patch("/:model", requireScope("admin"), async (c) => {
  const { organisationId } = c.get("actor");
  const model = await existing(c.env, organisationId, c.req.param("model"));
  const { value: change } = await readJson(c, ModelChange);
  if (change.archive) await checkSubject(c.env, organisationId, { ...model, archive: change.archive });
  await mend(c.env, organisationId, model);
  return c.json(unwrap(await objectOf(c.env, organisationId, model.id).change(change)));
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

/** Open incidents by model, and whether a dashboard looks or is about to. */
async function glanceOf(c: Context<AppEnv>): Promise<Glance> {
  const { organisationId, kind } = c.get("actor");
  const glance = await c.env.ORGANISATION.getByName(organisationId).glance();
  return { ...glance, watched: glance.watched || kind === "member" };
}

interface Glance {
  openCounts: Record<string, number>;
  watched: boolean;
}

/** A crash between the row and the object leaves the object empty. */
async function mend(env: Env, organisationId: string, model: Model): Promise<void> {
  const object = objectOf(env, organisationId, model.id);
  if ((await object.status()) === null) unwrap(await object.configure({ organisationId, model }));
}

async function detailOf(
  env: Env,
  organisationId: string,
  model: Model,
  { openCounts, watched }: Glance,
): Promise<Omit<ModelDetail, "importances">> {
  await mend(env, organisationId, model);
  const status = await objectOf(env, organisationId, model.id).status(watched);
  if (status === null) throw new ProblemError("unavailable", "The model's object did not answer; try again.");
  return {
    model,
    ...status,
    status: status.latest?.status ?? null,
    openIncidents: openCounts[model.id] ?? 0,
  };
}

function summaryOf({
  activations: _a,
  configVersion: _c,
  policy: _p,
  ...summary
}: Omit<ModelDetail, "importances">): ModelSummary {
  return summary;
}
