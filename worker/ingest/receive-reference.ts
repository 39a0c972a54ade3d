import type * as z from "zod";
import type { Model, ReferenceBody, ReferenceSummary } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { givenImportances } from "#core/domain/importances.ts";
import { classesOf } from "#core/domain/model.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { BatchContent } from "#core/formats/batch-content.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { buildReferences, referenceSettings } from "#core/reference/build-segments.ts";
import { verifyReference } from "#core/reference/validate.ts";
import { sha256 } from "../http/body.ts";
import { listed } from "./ingest-predictions.ts";
import { readReferenceRows } from "./read-rows.ts";
import { issueOf } from "./send-batch.ts";

/** A reference to be stored, and which segment it is of: "" for that of all rows. */
export interface ReceivedReference {
  reference: Reference;
  segment: string;
}

/**
 * A profile as it was pushed, or made here from rows with those of the declared segments; in both cases of this model's
 * features. That of all rows comes last: it names the others.
 */
export async function receiveReference(
  kernel: Kernel,
  model: Model,
  body: Exclude<z.output<typeof ReferenceBody>, { window: unknown }> | BatchContent,
): Promise<ReceivedReference[]> {
  if ("form" in body) return profileRows(kernel, model, body, {});
  if (!("profile" in body)) return profileRows(kernel, model, { form: "json", body }, body);
  const reference = await verifyReference(body.profile, hashText);
  checkFeatures(reference, model);
  return [{ reference, segment: body.segment ?? "" }];
}

async function profileRows(
  kernel: Kernel,
  model: Model,
  content: BatchContent,
  { version = null, importances }: { version?: string | null; importances?: Record<string, number> },
): Promise<ReceivedReference[]> {
  const parsed = await readReferenceRows(model, content);
  // A reference is known-good data: one bad row and it is not.
  if (parsed.rejected > 0)
    throw new ProblemError(
      "reference_invalid",
      `A reference is known-good data, and ${parsed.rejected === 1 ? "a row is" : `${parsed.rejected} rows are`} not valid: mend them, or leave them out.`,
      listed(parsed.errors, parsed.lines).map(issueOf),
    );
  if (parsed.columns.rows === 0) throw new ProblemError("reference_invalid", "A reference needs rows.");
  const { labelled } = parsed;
  if (labelled !== null && labelled.invalid > 0)
    throw new ProblemError("reference_invalid", `${labelled.invalid} labels are not of the model's.`);
  const { whole, segments } = await buildReferences(
    kernel,
    {
      ...{ ...referenceSettings(model), version, columns: parsed.columns, labels: labelled?.labels },
      importances: importances && givenImportances(importances, model.features),
    },
    hashText,
  );
  const keyOf = new Map(Object.entries(whole.segments).map(([segment, id]) => [id, segment]));
  return [
    ...segments.map((reference) => ({ reference, segment: keyOf.get(reference.id) ?? "" })),
    { reference: whole, segment: "" },
  ];
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
  const { performance } = reference;
  if (performance && performance.task !== model.task)
    issues.push({ path: "performance.task", message: `is ${performance.task}, not ${model.task}` });
  else if (performance && performance.classes.join("\n") !== classesOf(model).join("\n"))
    issues.push({ path: "performance.classes", message: "are not the model's, in its order" });
  for (const name of given.keys())
    if (!declared.has(name))
      issues.push({ path: `features.${name}`, message: "the model has no such feature" });
  if (issues.length > 0)
    throw new ProblemError("reference_mismatch", "The reference's features are not the model's.", issues);
}

export function summarise({ reference, segment }: ReceivedReference, nowMs: number): ReferenceSummary {
  const { id, rows, fromMs, toMs, features, chunks } = reference;
  const sketched = features.flatMap(({ edgesWithin }) => edgesWithin ?? []);
  return {
    id,
    segment,
    rows,
    fromMs,
    toMs,
    features: features.length,
    chunks: chunks?.starts.length ?? 0,
    ...(sketched.length > 0 && { edgesWithin: Math.max(...sketched) }),
    createdAtMs: nowMs,
  };
}

export const hashText = (text: string): Promise<string> => sha256(new TextEncoder().encode(text));
