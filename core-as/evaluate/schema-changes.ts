/**
 * Features that stopped coming, or that come as another type. Both are known from the features' own tests, which count in the
 * family already: here they are called by what they are, a change of the schema, and are no further tests.
 */
import type { FamilyTest, FeatureCheck } from "../domain/check.ts";
import type { QualityTest } from "../domain/quality.ts";
import { untold } from "./pending-quality.ts";

/** From half of the rows on a column has another type; fewer are errors in it. */
const retypedFrom = 0.5;

export function schemaChanges(features: readonly FeatureCheck[]): QualityTest[] {
  return features.flatMap(({ name, missing, tests, verdict }): QualityTest[] => {
    // Of an open window, or of a handful of rows, nothing is said yet.
    const unsure = verdict.status === "insufficient";
    const gone = tests.find(({ kind }) => kind === "missing");
    const retyped = tests.find(({ kind }) => kind === "type_mismatch");
    const found: QualityTest[] = [];
    if (gone && missing.current === 1 && missing.reference < 1)
      found.push({
        ...changeOf(name, gone, { value: 1, expected: missing.reference }),
        ...(unsure && { status: "insufficient" }),
        change: "removed",
        reason: `${name} no longer comes: it is missing in every row.`,
      });
    if (retyped && retyped.effect >= retypedFrom)
      found.push({
        ...changeOf(name, retyped, { value: retyped.effect, expected: 0 }),
        ...(unsure && { status: "insufficient" }),
        change: "retyped",
        reason: `${name} comes as another type than the model's.`,
      });
    return found;
  });
}

function changeOf(
  name: string,
  { pSampling, pChunk, pValue, adjustedP, effect, effectName, gate, status, marks }: FamilyTest,
  { value, expected }: { value: number; expected: number },
): Omit<QualityTest, "change" | "reason"> {
  const { floorMet: _, ...rest } = untold;
  return {
    ...rest,
    ...{ kind: "schema", subject: name, value, unit: "share", expected },
    ...{ pSampling, pChunk, pValue, adjustedP, effect, effectName, gate, status, marks },
  };
}
