/**
 * Computes a verdict again from what is stored with it, and puts both numbers side by side, step by step: counts,
 * statistic, nulls, family, effect, decision. Doubles survive JSON exactly and the kernel gives the same bits everywhere,
 * so whoever holds the document can check it, to the last bit. Statistics on rows (`on: "rows"`) need the rows and are
 * not computed again; no verdict rests on them.
 */
import type { ComparedChunk } from "../domain/api.ts";
import type { Check } from "../domain/check.ts";
import type { Comparison, EvaluateEvidence } from "../domain/comparison.ts";
import type { Feature } from "../domain/model.ts";
import type { Policy } from "../domain/policy.ts";
import type { QualityEvidence } from "../domain/quality-evidence.ts";
import type { Reference } from "../domain/reference.ts";
import { evaluate } from "../evaluate.ts";
import type { Kernel } from "../kernel/api.ts";
import { comparedSeed, referenceFromCounts } from "../reference/from-counts.ts";
import { rejudge } from "./judge.ts";
import {
  compared as sideBySide,
  referenceSteps,
  rowSteps,
  type Sha256,
  stepsOf,
  type Stored,
  type VerifyStep,
  verifySteps,
  type VerifyStepName,
} from "./verify-steps.ts";

export { type VerifyStep, verifySteps, type VerifyStepName };

export interface Verification {
  same: boolean;
  steps: VerifyStep[];
}

export async function verifyComparison(
  kernel: Kernel,
  comparison: Comparison,
  sha256: Sha256,
): Promise<Verification> {
  const { evidence, segments, series } = comparison;
  const steps: VerifyStep[] = [];
  const part = async (
    name: string,
    stored: Stored,
    given: EvaluateEvidence,
    reference: Reference,
  ): Promise<void> => {
    const recomputed = plain(rejudge(kernel, reference, given));
    const known = { ...stored, seed: given.seed, rows: given.rows };
    steps.push(
      ...(await referenceSteps(name, reference, sha256)),
      ...rowSteps(name, reference, given.counts, given.rows),
      ...stepsOf(name, known, recomputed),
    );
  };
  await part("rows", { ...comparison.verdict, features: comparison.features }, evidence, evidence.reference);
  for (const { value, verdict, features, evidence: own } of segments?.values ?? [])
    await part(`segment ${value}`, { ...verdict, features }, own, own.reference);
  for (const { startMs, verdict, features, evidence: own } of series?.periods ?? []) {
    const name = `${series?.by ?? ""} ${new Date(startMs).toISOString().slice(0, 10)}`;
    steps.push(
      ...rowSteps(name, evidence.reference, own.counts, own.rows),
      ...stepsOf(
        name,
        { ...verdict, features, seed: own.seed, rows: own.rows },
        plain(rejudge(kernel, evidence.reference, own)),
      ),
    );
  }
  return { same: steps.every(({ same }) => same), steps };
}

/** A monitor's check with what the API gives beside it. */
export interface CheckEvidence {
  check: Check;
  counts: readonly number[];
  reference: Reference;
  policy: Policy;
  features: readonly Feature[];
  /** The levels that the model's monitors leave each check; `familyLevel` of them. */
  level: { warning: number; drift: number };
  /** As the API gives them. */
  compared?: readonly ComparedChunk[];
  quality?: QualityEvidence;
}

export async function verifyCheck(
  kernel: Kernel,
  { check, counts, compared, ...known }: CheckEvidence,
  sha256: Sha256,
): Promise<Verification & { recomputed: Check }> {
  const { modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, rows, complete } = check;
  const recomputed = evaluate(kernel, {
    ...{ modelId, monitor, windowStartMs, windowEndMs, revision, configVersion, rows, complete },
    ...known,
    reference: comparedReference(kernel, known.reference, check, compared),
    windowMs: check.periodMs,
    against: check.against,
    counts: Float64Array.from(counts),
  });
  const steps = [
    ...(await referenceSteps(check.id, known.reference, sha256)),
    sideBySide(check.id, null, "reference", "the check's reference", check.referenceId, known.reference.id),
    ...rowSteps(check.id, known.reference, counts, rows),
    ...stepsOf(check.id, check, plain(recomputed)),
  ];
  return { same: steps.every(({ same }) => same), steps, recomputed };
}

/** What the check compared with: the reference, or the earlier windows in its cells. */
function comparedReference(
  kernel: Kernel,
  base: Reference,
  { against }: Check,
  compared: CheckEvidence["compared"],
): Reference {
  if (against === undefined) return base;
  const chunks = (compared ?? []).map((chunk) => ({ ...chunk, counts: Float64Array.from(chunk.counts) }));
  const { periodMs } = against;
  return { ...referenceFromCounts(kernel, { base, chunks, periodMs, seed: comparedSeed }), id: base.id };
}

/** As a reader of the JSON has it. */
const plain = (check: Check): Check => JSON.parse(JSON.stringify(check)) as Check;
