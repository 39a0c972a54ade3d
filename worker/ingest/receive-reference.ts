import type * as z from "zod";
import type { Model, ReferenceBody, ReferenceSummary } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { BatchContent } from "#core/formats/batch-content.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { buildReference } from "#core/reference/build.ts";
import { verifyReference } from "#core/reference/validate.ts";
import { sha256 } from "../http/body.ts";
import { listed } from "./ingest-predictions.ts";
import { readReferenceRows } from "./read-rows.ts";
import { issueOf } from "./send-batch.ts";

/** A profile as it was pushed, or made here from rows; in both cases of this model's features. */
export async function receiveReference(
  kernel: Kernel,
  model: Model,
  body: z.output<typeof ReferenceBody> | BatchContent,
): Promise<Reference> {
  if ("form" in body) return profileRows(kernel, model, body);
  if (!("profile" in body)) return profileRows(kernel, model, { form: "json", body });
  const reference = await verifyReference(body.profile, hashText);
  checkFeatures(reference, model);
  return reference;
}

async function profileRows(kernel: Kernel, model: Model, content: BatchContent): Promise<Reference> {
  const parsed = await readReferenceRows(model.features, content);
  // A reference is known-good data: one bad row and it is not.
  if (parsed.rejected > 0)
    throw new ProblemError(
      "reference_invalid",
      `${parsed.rejected} rows are not valid.`,
      listed(parsed.errors, parsed.lines).map(issueOf),
    );
  if (parsed.columns.rows === 0) throw new ProblemError("reference_invalid", "A reference needs rows.");
  const { features, windowMs } = model;
  return buildReference(kernel, { features, columns: parsed.columns, periodMs: windowMs, seed: 1 }, hashText);
}

/** Every feature of the model, of its type and role, and no other. */
function checkFeatures(reference: Reference, model: Model): void {
  const given = new Map(reference.features.map((feature) => [feature.name, feature]));
  const issues = model.features.flatMap(({ name, type, role }) => {
    const feature = given.get(name);
    if (feature === undefined)
      return [{ path: `features.${name}`, message: "the reference lacks this feature" }];
    if (feature.type === type && feature.role === role) return [];
    return [
      { path: `features.${name}`, message: `is ${feature.type} (${feature.role}), not ${type} (${role})` },
    ];
  });
  const declared = new Set(model.features.map(({ name }) => name));
  for (const name of given.keys())
    if (!declared.has(name))
      issues.push({ path: `features.${name}`, message: "the model has no such feature" });
  if (issues.length > 0)
    throw new ProblemError("reference_mismatch", "The reference's features are not the model's.", issues);
}

export function summarise(reference: Reference, nowMs: number): ReferenceSummary {
  const { id, rows, fromMs, toMs, features, chunks } = reference;
  return {
    id,
    rows,
    fromMs,
    toMs,
    features: features.length,
    chunks: chunks?.starts.length ?? 0,
    createdAtMs: nowMs,
  };
}

const hashText = (text: string): Promise<string> => sha256(new TextEncoder().encode(text));
