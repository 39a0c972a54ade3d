/**
 * The only decision: reference + window + policy → verdicts (METHODS §1). Pure: the Worker, the browser and the command
 * line call it with the same values and get the same bits.
 *
 * Each feature is tested for drift and for the quality of its values against two nulls, and the window as a whole for what
 * came and what was refused; one family of tests a window; a verdict needs significance, an effect that matters, and enough
 * evidence. What fails, fails alone, as `error`.
 */
import {
  type Check,
  checkId,
  type ComparedWindows,
  type FeatureCheck,
  severity,
  type Status,
} from "./domain/check.ts";
import { evaluationsPerMonth, type Policy } from "./domain/policy.ts";
import type { Feature } from "./domain/model.ts";
import type { QualityTest } from "./domain/quality.ts";
import type { QualityEvidence } from "./domain/quality-evidence.ts";
import type { Reference } from "./domain/reference.ts";
import { layoutOf } from "./domain/reference-cells.ts";
import { featureCounts } from "./domain/window.ts";
import { attributionCheck } from "./evaluate/attribution-check.ts";
import { constantTest } from "./evaluate/constant-test.ts";
import { decide, decideQuality, isMutedKind, type Pending } from "./evaluate/decide.ts";
import { detectableAt } from "./evaluate/evidence.ts";
import { driftTest, type FeatureInput, inCells, isChunked, shareTest } from "./evaluate/feature-tests.ts";
import { qualityTests } from "./evaluate/quality-tests.ts";
import { outsideOf, rangeTest } from "./evaluate/range-test.ts";
import { schemaChanges } from "./evaluate/schema-changes.ts";
import { seedOf } from "./evaluate/seed.ts";
import { typeTest } from "./evaluate/type-test.ts";
import { stillOpen, windowReason } from "./evaluate/words.ts";
import type { Kernel } from "./kernel/api.ts";
import { adjust } from "./methods/multiple-testing.ts";
import { divergencesOfAll } from "./methods/statistics.ts";

export interface EvaluateInput {
  reference: Reference;
  policy: Policy;
  modelId: string;
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  /** Nominal length: the reference's chunks have it. */
  windowMs: number;
  /** Said in the check where the reference is made of earlier windows. */
  against?: ComparedWindows;
  revision: number;
  configVersion: number;
  /** The window's flat vector of counts in the reference's cells. */
  counts: Float64Array;
  /** Rows in the window. */
  rows: number;
  /** False while the window is open: then every verdict is `insufficient`. */
  complete: boolean;
  features: readonly Feature[];
  /** What is known beside counts; left out where that is nothing, as of files: then the window as a whole is not tested. */
  quality?: QualityEvidence | null;
  /** The family's levels; left out, they follow from the policy's false incidents a month. */
  level?: { warning: number; drift: number };
}

export function evaluate(kernel: Kernel, input: EvaluateInput): Check {
  const { reference, policy, modelId, monitor, windowStartMs, windowEndMs, revision } = input;
  const id = checkId(modelId, monitor, windowEndMs, revision);
  const seed = seedOf(id);
  const layout = layoutOf(reference);
  if (layout.slots !== input.counts.length)
    throw new RangeError(
      `${input.counts.length} counts for ${layout.slots} slots: another reference's window`,
    );
  const chunked = isChunked(reference, windowStartMs, input.windowMs);
  const evidence = input.quality ?? null;
  const ranges = outsideOf(reference, input.counts, layout);
  const perMonth = evaluationsPerMonth(input.windowMs);
  const level = input.level ?? {
    warning: Math.min(0.5, policy.falseIncidentsPerMonth.warning / perMonth),
    drift: Math.min(0.5, policy.falseIncidentsPerMonth.drift / perMonth),
  };
  const pending = reference.features.map((feature, index): Pending => {
    const window = featureCounts(input.counts, layout, index);
    return testFeature({
      ...{ kernel, reference, feature, window, quality: evidence, policy, chunked, windowStartMs },
      ...inCells(feature, window),
      outside: ranges.get(feature.name) ?? null,
      seed: (seed + index) >>> 0,
      level: Math.max(level.warning, level.drift),
    });
  });
  const { windowMs, against } = input;
  const ofWindow = evidence
    ? qualityTests({
        ...{ kernel, reference, evidence, counts: input.counts, layout, policy, chunked, windowStartMs },
        ...{ windowMs, against, seed: (seed + reference.features.length) >>> 0 },
      })
    : [];
  const family = [
    ...pending.flatMap(({ input: { feature }, tests }) => (isMuted(policy, feature.name) ? [] : tests)),
    ...ofWindow,
  ].filter((test) => test.pValue !== null && !isMutedKind(policy, test.kind));
  const adjusted = new Map(
    adjust(
      family.map(({ pValue }) => pValue ?? NaN),
      policy.correction,
    ).map((p, index) => [family[index], p]),
  );
  const divergences = divergencesOfAll(
    kernel,
    pending.map(({ input: { feature, window, a } }) => ({ cells: feature.cells, a, c: window.cells })),
  );
  const detectable = detectableAt(kernel, level.warning / Math.max(1, family.length));
  const features = pending.map((one, index) =>
    decide(one, input, adjusted, level, detectable, divergences[index]),
  );
  const attribution = attributionCheck(kernel, reference, layout, input.counts, {
    complete: input.complete,
    leastRows: policy.minimumRows,
  });
  const heard = features.filter(({ name }) => !isMuted(policy, name));
  const quality = [
    ...ofWindow.map((test) => decideQuality(test, input.complete, adjusted, level)),
    ...(evidence ? schemaChanges(heard) : []),
  ];
  const heardQuality = quality.filter(({ kind }) => !isMutedKind(policy, kind));
  const errors = heard.filter(({ verdict }) => verdict.status === "error").length;
  const status = worstStatus(
    heard.map(({ verdict }) => verdict.status),
    heardQuality,
  );
  return {
    id,
    modelId,
    monitor,
    windowStartMs,
    windowEndMs,
    revision,
    referenceId: reference.id,
    ...(input.against && { against: input.against }),
    configVersion: input.configVersion,
    seed,
    periodMs: input.windowMs,
    rows: input.rows,
    complete: input.complete,
    status,
    errors,
    worst: loudest(heard),
    reason: input.complete
      ? windowReason(status, { features: heard, quality: heardQuality }, { errors, rows: input.rows })
      : stillOpen,
    family: { size: family.length, correction: policy.correction, level },
    features,
    quality,
    ...(attribution && { attribution }),
  };
}

const isMuted = (policy: Policy, name: string): boolean => policy.features[name]?.muted === true;

function testFeature(input: FeatureInput): Pending {
  try {
    const drift = input.n > 0 && input.m > 0 ? driftTest(input) : null;
    const tests = [
      drift,
      shareTest(input, "missing"),
      shareTest(input, "unseen"),
      rangeTest(input),
      typeTest(input),
      constantTest(input, drift),
    ].filter((test) => test !== null);
    const unusable = tests.find((test) => !Number.isFinite(test.pValue) || !Number.isFinite(test.effect));
    if (unusable) return { input, tests: [], error: `${unusable.kind} by ${unusable.method} gave no number` };
    return { input, tests, error: null };
  } catch (error) {
    return { input, tests: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * A window is as loud as its loudest feature or as what is wrong with it as a whole; `insufficient` only if all features are,
 * `error` only if nothing else is known.
 */
function worstStatus(features: readonly Status[], quality: readonly QualityTest[]): Status {
  const loud = quality
    .map(({ status }) => status)
    .filter((status) => status === "warning" || status === "drift");
  const known = [...features.filter((status) => status !== "error"), ...loud];
  if (known.length === 0) return features.length > 0 ? "error" : "insufficient";
  return known.reduce((worst, status) => (severity[status] > severity[worst] ? status : worst));
}

function loudest(features: readonly FeatureCheck[]): string | null {
  const known = features.filter(({ verdict }) => verdict.status === "drift" || verdict.status === "warning");
  const rank = ({ verdict }: FeatureCheck): number =>
    severity[verdict.status] * 1e6 + verdict.effect / (verdict.gate.drift || 1);
  return known.length === 0
    ? null
    : known.reduce((worst, one) => (rank(one) > rank(worst) ? one : worst)).name;
}
