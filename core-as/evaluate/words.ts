/** The sentences of a verdict: what was found, in words that a person on call can act on. */
import type { FamilyTest, FeatureCheck, Status } from "../domain/check.ts";

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

export function reasonFor(name: string, test: FamilyTest, missing: FeatureCheck["missing"]): string {
  if (test.status === "ok")
    return test.adjustedP <= 0.05
      ? `${name} differs from the reference, but by less than matters (${test.effectName} ${test.effect.toFixed(3)}).`
      : `${name} is as in the reference.`;
  if (test.kind === "missing")
    return `${name} is missing in ${percent(missing.current)} of the rows (reference: ${percent(missing.reference)}).`;
  if (test.kind === "unseen") return `${name} has values that the reference never had.`;
  return `${name} has moved: ${test.effectName} ${test.effect.toFixed(3)}, from ${test.gate.drift} on it is drift.`;
}

export const tooFewRows = (name: string, rows: number, least: number): string =>
  `${name} has ${rows} rows with a value; at least ${least} are needed.`;

export const noValues = (name: string): string => `${name} has no values to compare.`;

export const tooBlunt = (name: string, gap: number): string =>
  `${name} could only have shown shifts above a KS gap of ${gap.toFixed(2)}: too few rows, or too varied a reference.`;

export const stillOpen =
  "The window is still open: what is here is part of a day, and may not look like a whole one.";

export function windowReason(status: Status, features: readonly FeatureCheck[], errors: number): string {
  const loud = features.filter(({ verdict }) => verdict.status === status).map(({ name }) => name);
  const failed = errors > 0 ? ` ${errors} could not be evaluated.` : "";
  if (status === "drift" || status === "warning") {
    const named = loud.slice(0, 3).join(", ") + (loud.length > 3 ? ` and ${loud.length - 3} more` : "");
    return `${status === "drift" ? "Drift" : "Early signs of drift"} in ${named}.${failed}`;
  }
  if (status === "insufficient") return `No feature had enough evidence for a verdict.${failed}`;
  return status === "error" ? `No feature could be evaluated.` : `No feature has drifted.${failed}`;
}
