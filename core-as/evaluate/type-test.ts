/** Rows that were refused because of one feature: its value was of another type. */
import { defaultGates } from "../domain/policy.ts";
import type { FeatureInput, PendingTest } from "./feature-tests.ts";
import { percent } from "./words.ts";

/**
 * Of a reference no row is refused, or it would not be one: given that k rows of both sides together are of another type,
 * all k lie among the window's m of n + m with probability Π (m − i)/(n + m − i). What is refused is counted nowhere else, so
 * the gate is a share of the rows that came, and not doubled by what the reference's chunks cannot tell. Null where no row
 * was refused: the test could not reject.
 */
export function typeTest({ reference, feature, quality, policy }: FeatureInput): PendingTest | null {
  const told = quality?.told;
  const refused = told && Object.hasOwn(told.mismatched, feature.name) ? told.mismatched[feature.name] : 0;
  if (!told || refused === 0) return null;
  const [n, m] = [reference.rows, told.received];
  let pSampling = 1;
  for (let i = 0; i < refused && pSampling > 0; i++) pSampling *= (m - i) / (n + m - i);
  const share = refused / m;
  return {
    kind: "type_mismatch",
    method: "hypergeom",
    statistic: share,
    pSampling,
    pChunk: null,
    pValue: pSampling,
    effect: share,
    effectName: "share of rows",
    gate: policy.quality.gates.type_mismatch ?? defaultGates.refused,
    marks: ["exact"],
    floorMet: true,
    finding: `${feature.name} was of another type in ${percent(share)} of the rows that came; they are refused.`,
  };
}
