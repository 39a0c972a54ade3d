/** The steps of a verdict, each number as it is stored beside the one that was computed again. */
import type { Check } from "../domain/check.ts";
import type { QualityTest } from "../domain/quality.ts";
import type { Reference } from "../domain/reference.ts";
import { extraSlots, layoutOf } from "../domain/reference-cells.ts";
import { referenceId } from "../reference/identity.ts";

export const verifySteps = [
  "reference",
  "counts",
  "statistic",
  "nulls",
  "family",
  "effect",
  "decision",
] as const;
export type VerifyStepName = (typeof verifySteps)[number];

export type Value = string | number | boolean | null;

export interface VerifyStep {
  /** `rows`, `segment …`, `day 2026-01-05`, or a check's id. */
  part: string;
  /** Null for what is of the whole part. */
  feature: string | null;
  step: VerifyStepName;
  /** Which number: `ad statistic`, `adjusted p`. */
  what: string;
  stored: Value;
  recomputed: Value;
  same: boolean;
}

export type Sha256 = (text: string) => Promise<string>;

export async function referenceSteps(
  part: string,
  reference: Reference,
  sha256: Sha256,
): Promise<VerifyStep[]> {
  const id = await referenceId(reference, sha256);
  return [compared(part, null, "reference", "content address", reference.id, id)];
}

/** Every row is in exactly one slot of each feature: whoever changes the rows has to change all counts. */
export function rowSteps(
  part: string,
  { features }: Reference,
  counts: readonly number[],
  rows: number,
): VerifyStep[] {
  const layout = layoutOf({ features });
  return layout.features.map(({ name, offset, cells }) => {
    const own = counts.slice(offset, offset + cells + extraSlots.length);
    const total = own.reduce((sum, count) => sum + count, 0);
    return compared(part, name, "counts", "rows, by adding up its counts", rows, total);
  });
}

type Verdict = Pick<
  Check["features"][number]["verdict"],
  | "status"
  | "kind"
  | "method"
  | "adjustedP"
  | "effect"
  | "effectName"
  | "gate"
  | "detectable"
  | "reason"
  | "marks"
>;
type Test = Omit<Check["features"][number]["tests"][number], "statistic"> & { statistic: number | null };

interface StoredFeature {
  name: string;
  m: number;
  n?: number;
  unseen?: number;
  missing: number | { reference: number; current: number };
  tests: readonly Test[];
  verdict: Verdict;
  /** Those on cells; those on rows need the rows. */
  scores?: Partial<Record<string, { statistic: number | null; on?: "rows" | "cells" }>>;
}

export interface Stored extends Pick<Check, "status" | "worst" | "reason" | "errors" | "family"> {
  features: readonly StoredFeature[];
  /** Of a monitor's check; files have none. */
  quality?: readonly QualityTest[];
}

export function stepsOf(
  part: string,
  stored: Stored & { seed: number; rows: number },
  again: Check,
): VerifyStep[] {
  const set = (step: VerifyStepName, what: string, a: Value, b: Value): VerifyStep =>
    compared(part, null, step, what, a, b);
  const [size, level] = [stored.family.size, stored.family.level];
  const whole = [
    set("counts", "rows", stored.rows, again.rows),
    set("counts", "features", stored.features.length, again.features.length),
    set("nulls", "seed", stored.seed, again.seed),
    set("family", "tests in the family", size, again.family.size),
    set("family", "correction", stored.family.correction, again.family.correction),
    set("family", "level of a warning", level.warning, again.family.level.warning),
    set("family", "level of drift", level.drift, again.family.level.drift),
  ];
  const decision = [
    set("decision", "verdict", stored.status, again.status),
    set("decision", "loudest feature", stored.worst, again.worst),
    set("decision", "features in error", stored.errors, again.errors),
    set("decision", "reason", stored.reason, again.reason),
  ];
  const features = stored.features.flatMap((feature) =>
    featureSteps(
      part,
      feature,
      again.features.find(({ name }) => name === feature.name),
    ),
  );
  const quality = stored.quality ?? [];
  const ofWindow = [
    set("counts", "tests of the window", quality.length, again.quality.length),
    ...quality.flatMap((test) =>
      qualitySteps(
        part,
        test,
        again.quality.find(
          ({ kind, subject, change }) =>
            kind === test.kind && subject === test.subject && change === test.change,
        ),
      ),
    ),
  ];
  return [...whole, ...features, ...ofWindow, ...decision];
}

/** Each number of a test of the window as a whole. */
function qualitySteps(part: string, stored: QualityTest, again: QualityTest | undefined): VerifyStep[] {
  const name = [stored.kind, stored.change, stored.subject].filter((word) => word !== null).join(" ");
  const step = (at: VerifyStepName, what: string, of: (test: QualityTest) => Value): VerifyStep =>
    compared(part, null, at, `${name}: ${what}`, of(stored), again ? of(again) : null);
  return [
    step("statistic", `value in ${stored.unit}`, ({ value }) => value),
    step("statistic", "lower end", ({ low }) => low),
    step("statistic", "upper end", ({ high }) => high),
    step("statistic", "expected", ({ expected }) => expected),
    step("statistic", "expected at least", ({ expectedLow }) => expectedLow),
    step("statistic", "expected at most", ({ expectedHigh }) => expectedHigh),
    step("nulls", "p by sampling", ({ pSampling }) => pSampling),
    step("nulls", "p between windows", ({ pChunk }) => pChunk),
    step("nulls", "p", ({ pValue }) => pValue),
    step("family", "adjusted p", ({ adjustedP }) => adjustedP),
    step("effect", "effect", ({ effect }) => effect),
    step("effect", "gate of a warning", ({ gate }) => gate.warning),
    step("effect", "gate of drift", ({ gate }) => gate.drift),
    step("decision", "status", ({ status }) => status),
    step("decision", "reason", ({ reason }) => reason),
  ];
}

function featureSteps(part: string, stored: StoredFeature, again: StoredFeature | undefined): VerifyStep[] {
  const step = (
    name: VerifyStepName,
    what: string,
    of: (feature: StoredFeature) => Value | undefined,
  ): VerifyStep =>
    compared(part, stored.name, name, what, of(stored) ?? null, again ? (of(again) ?? null) : null);
  const missing = ({ missing: share }: StoredFeature): number =>
    typeof share === "number" ? share : share.current;
  const steps = [step("counts", "current values", ({ m }) => m), step("counts", "missing, current", missing)];
  if (stored.n !== undefined) steps.push(step("counts", "reference values", ({ n }) => n));
  if (stored.unseen !== undefined) steps.push(step("counts", "unseen", ({ unseen }) => unseen));
  steps.push(step("counts", "tests", ({ tests }) => tests.length));
  for (const [method, score] of Object.entries(stored.scores ?? {}))
    if (score && score.on !== "rows")
      steps.push(step("statistic", `${method} on cells`, ({ scores }) => scores?.[method]?.statistic));
  for (const { kind } of stored.tests) {
    const test = ({ tests }: StoredFeature): Test | undefined => tests.find((one) => one.kind === kind);
    const of =
      (pick: (one: Test) => Value) =>
      (feature: StoredFeature): Value | undefined => {
        const found = test(feature);
        return found && pick(found);
      };
    steps.push(
      step(
        "statistic",
        `${kind}: method`,
        of(({ method }) => method),
      ),
      step(
        "statistic",
        `${kind}: statistic`,
        of(({ statistic }) => statistic),
      ),
      step(
        "nulls",
        `${kind}: p by sampling`,
        of(({ pSampling }) => pSampling),
      ),
      step(
        "nulls",
        `${kind}: p between chunks`,
        of(({ pChunk }) => pChunk),
      ),
      step(
        "nulls",
        `${kind}: p`,
        of(({ pValue }) => pValue),
      ),
      step(
        "nulls",
        `${kind}: how p came about`,
        of(({ marks }) => marks.join(", ")),
      ),
      step(
        "family",
        `${kind}: adjusted p`,
        of(({ adjustedP }) => adjustedP),
      ),
      step(
        "effect",
        `${kind}: effect`,
        of(({ effect }) => effect),
      ),
      step(
        "effect",
        `${kind}: gate of a warning`,
        of(({ gate }) => gate.warning),
      ),
      step(
        "effect",
        `${kind}: gate of drift`,
        of(({ gate }) => gate.drift),
      ),
      step(
        "decision",
        `${kind}: status`,
        of(({ status }) => status),
      ),
    );
  }
  const verdict =
    (pick: (one: Verdict) => Value) =>
    (feature: StoredFeature): Value =>
      pick(feature.verdict);
  steps.push(
    step(
      "effect",
      "smallest detectable gap",
      verdict(({ detectable }) => detectable?.gap ?? null),
    ),
    step(
      "decision",
      "verdict",
      verdict(({ status }) => status),
    ),
    step(
      "decision",
      "decided by",
      verdict(({ kind, method }) => `${kind} by ${method}`),
    ),
    step(
      "decision",
      "adjusted p",
      verdict(({ adjustedP }) => adjustedP),
    ),
    step(
      "decision",
      "effect",
      verdict(({ effect }) => effect),
    ),
    step(
      "decision",
      "reason",
      verdict(({ reason }) => reason),
    ),
  );
  return steps;
}

export function compared(
  part: string,
  feature: string | null,
  step: VerifyStepName,
  what: string,
  stored: Value,
  recomputed: Value,
): VerifyStep {
  return { part, feature, step, what, stored, recomputed, same: Object.is(stored, recomputed) };
}
