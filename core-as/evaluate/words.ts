/** The sentences of a verdict: what was found, in words that a person on call can act on. */
import type { FamilyTest, FeatureCheck, Status } from "../domain/check.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS } from "../domain/limits.ts";
import type { QualityTest } from "../domain/quality.ts";

export const percent = (share: number): string => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

/** 12,345: the same digits in every language. */
export const grouped = (count: number): string => String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ",");

/** How long, in the largest unit that keeps it above one. */
export function duration(ms: number): string {
  const [unit, name] =
    ms >= DAY_MS ? [DAY_MS, "days"] : ms >= HOUR_MS ? [HOUR_MS, "hours"] : [MINUTE_MS, "minutes"];
  const count = ms / unit;
  return `${Number.isInteger(count) ? count : count.toFixed(1)} ${count === 1 ? name.slice(0, -1) : name}`;
}

/** @param finding what the test says itself, where it does */
export function reasonFor(
  name: string,
  test: FamilyTest,
  missing: FeatureCheck["missing"],
  finding?: string,
): string {
  if (test.status === "ok")
    return test.adjustedP <= 0.05
      ? `${name} differs from the reference, but by less than matters (${test.effectName} ${test.effect.toFixed(3)}).`
      : `${name} is as in the reference.`;
  if (finding !== undefined) return finding;
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

/** @param heard the features and quality tests that count */
export function windowReason(
  status: Status,
  heard: { features: readonly FeatureCheck[]; quality: readonly QualityTest[] },
  { errors, rows }: { errors: number; rows: number },
): string {
  const failed = errors > 0 ? ` ${errors} could not be evaluated.` : "";
  if (status === "drift" || status === "warning") {
    const names = heard.features.filter(({ verdict }) => verdict.status === status).map(({ name }) => name);
    const loud = heard.quality.filter((test) => test.status === status);
    // Alone, what is wrong with the rows says it best itself.
    if (names.length === 0 && loud.length === 1) return `${loud[0].reason}${failed}`;
    const all = [...names, ...new Set(loud.map(({ kind }) => qualityNames[kind]))];
    const named = all.slice(0, 3).join(", ") + (all.length > 3 ? ` and ${all.length - 3} more` : "");
    const what = status === "drift" ? "Drift" : "Early signs of drift";
    return `${names.length > 0 ? what : "Data quality: changes"} in ${named}.${failed}`;
  }
  if (status === "insufficient" && rows === 0) return "No rows came.";
  if (status === "insufficient") return `No feature had enough evidence for a verdict.${failed}`;
  return status === "error" ? `No feature could be evaluated.` : `No feature has drifted.${failed}`;
}

/** What a sentence calls a quality test. */
export const qualityNames: Record<QualityTest["kind"], string> = {
  volume: "the number of rows",
  silence: "when rows come",
  duplicates: "repeated predictions",
  refused: "refused rows",
  empty_batches: "empty batches",
  schema: "the fields that come",
  co_missing: "what is missing together",
};
