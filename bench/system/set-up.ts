/** Models with references in force, made through the API as anybody would. */
import { createHash } from "node:crypto";
import { DAY_MS } from "#core/domain/limits.ts";
import { Feature, type ModelInput } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import { buildReference } from "#core/reference/build.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { rowsOf } from "./bodies.ts";
import type { Scenario } from "./scenarios.ts";

export interface Api {
  url: string;
  key: string;
}

export async function ask<T>({ url, key }: Api, method: string, path: string, body?: unknown): Promise<T> {
  const reply = await fetch(`${url}/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${path} answered ${reply.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text) as T;
}

export function featuresOf({ features, labelled }: Pick<Scenario, "features" | "labelled">): Feature[] {
  const inputs = Array.from({ length: features }, (_, at) =>
    Feature.parse({ name: `feature_${at}`, type: "numeric" }),
  );
  return labelled ? [...inputs, Feature.parse({ name: "score", type: "numeric", role: "score" })] : inputs;
}

/** A model for each id, all with the same reference. */
export async function makeModels(
  api: Api,
  ids: readonly string[],
  reference: Reference,
  model: Omit<ModelInput, "id" | "name">,
): Promise<void> {
  const from = Math.floor(Date.now() / DAY_MS) * DAY_MS - DAY_MS;
  for (const id of ids) {
    await ask(api, "POST", "/models", { ...model, id, name: id });
    await ask(api, "POST", `/models/${id}/references`, { profile: reference });
    await ask(api, "POST", `/models/${id}/references/${reference.id}/activate`, { from });
  }
}

const referenceRows = 5000;
const referenceDays = 20;

/** Of rows of the law that all batches follow, over days enough for chunk nulls. */
export function referenceOf(features: readonly Feature[]): Promise<Reference> {
  const times = Float64Array.from(
    { length: referenceRows },
    (_, row) => Math.floor((row * referenceDays) / referenceRows) * DAY_MS,
  );
  const columns = rowsOf(features, referenceRows, 1000, times);
  const sha256 = (text: string) => Promise.resolve(createHash("sha256").update(text).digest("hex"));
  return buildReference(nodeKernel(), { features, columns, periodMs: DAY_MS, seed: 1 }, sha256);
}
