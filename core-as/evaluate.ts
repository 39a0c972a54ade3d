/**
 * The only decision: reference + window + policy → verdicts (METHODS §1). Pure: the Worker, the browser and the command
 * line call it with the same values and get the same bits.
 *
 * Each feature is tested for drift, missing and unseen values against two nulls; one family of tests a window; a verdict
 * needs significance, an effect that matters, and enough evidence. What fails, fails alone, as `error`.
 */
import {
  type Check,
  checkId,
  type FamilyTest,
  type FeatureCheck,
  severity,
  type Status,
} from "./domain/check.ts";
import { evaluationsPerMonth, type Policy } from "./domain/policy.ts";
import type { Feature } from "./domain/model.ts";
import type { Reference } from "./domain/reference.ts";
import { layoutOf } from "./domain/reference-cells.ts";
import { featureCounts } from "./domain/window.ts";
import { detectableShift } from "./evaluate/evidence.ts";
import {
  driftTest,
  type FeatureInput,
  type PendingTest,
  scoresOf,
  shareTest,
} from "./evaluate/feature-tests.ts";
import { seedOf } from "./evaluate/seed.ts";
import { noValues, reasonFor, stillOpen, tooBlunt, tooFewRows, windowReason } from "./evaluate/words.ts";
import type { Kernel } from "./kernel-api.ts";
import { adjust } from "./methods/multiple-testing.ts";

export interface EvaluateInput {
  reference: Reference;
  policy: Policy;
  modelId: string;
  monitor: string;
  windowStartMs: number;
  windowEndMs: number;
  windowMs: number;
  revision: number;
  configVersion: number;
  /** The window's flat vector of counts in the reference's cells. */
  counts: Float64Array;
  /** Rows in the window. */
  rows: number;
  /** False while the window is open: then every verdict is `insufficient`. */
  complete: boolean;
  features: readonly Feature[];
}

interface Pending {
  input: FeatureInput;
  tests: PendingTest[];
  error: string | null;
}

export function evaluate(kernel: Kernel, input: EvaluateInput): Check {
  const { reference, policy, modelId, monitor, windowStartMs, windowEndMs, revision } = input;
  const id = checkId(modelId, monitor, windowEndMs, revision);
  const seed = seedOf(id);
  const layout = layoutOf(reference.features);
  if (layout.slots !== input.counts.length)
    throw new RangeError(
      `${input.counts.length} counts for ${layout.slots} slots: another reference's window`,
    );
  const chunked = reference.chunks !== null && reference.chunks.periodMs === input.windowMs;
  const pending = reference.features.map((feature, index): Pending => {
    const window = featureCounts(input.counts, layout, index);
    return testFeature({ kernel, reference, feature, window, policy, chunked, seed: (seed + index) >>> 0 });
  });
  const family = pending.flatMap(({ input: { feature }, tests }) =>
    isMuted(policy, feature.name) ? [] : tests,
  );
  const adjusted = new Map(
    adjust(
      family.map(({ pValue }) => pValue),
      policy.correction,
    ).map((p, index) => [family[index], p]),
  );
  const perMonth = evaluationsPerMonth(input.windowMs);
  const level = {
    warning: Math.min(0.5, policy.falseIncidentsPerMonth.warning / perMonth),
    drift: Math.min(0.5, policy.falseIncidentsPerMonth.drift / perMonth),
  };
  const features = pending.map((one) => decide(one, input, adjusted, level, family.length));
  const heard = features.filter(({ name }) => !isMuted(policy, name));
  const errors = heard.filter(({ verdict }) => verdict.status === "error").length;
  const status = worstStatus(heard.map(({ verdict }) => verdict.status));
  return {
    id,
    modelId,
    monitor,
    windowStartMs,
    windowEndMs,
    revision,
    referenceId: reference.id,
    configVersion: input.configVersion,
    seed,
    rows: input.rows,
    complete: input.complete,
    status,
    errors,
    worst: loudest(heard),
    reason: input.complete ? windowReason(status, heard, errors) : stillOpen,
    family: { size: family.length, correction: policy.correction, level },
    features,
  };
}

const isMuted = (policy: Policy, name: string): boolean => policy.features[name]?.muted === true;

function testFeature(input: FeatureInput): Pending {
  const hasCells = input.feature.counts.some((count) => count > 0);
  const hasRows = input.window.cells.some((count) => count > 0);
  try {
    const tests = [
      hasCells && hasRows ? driftTest(input) : null,
      shareTest(input, "missing"),
      shareTest(input, "unseen"),
    ].filter((test) => test !== null);
    const unusable = tests.find((test) => !Number.isFinite(test.pValue) || !Number.isFinite(test.effect));
    if (unusable) return { input, tests: [], error: `${unusable.kind} by ${unusable.method} gave no number` };
    return { input, tests, error: null };
  } catch (error) {
    return { input, tests: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** A window is as loud as its loudest feature; `insufficient` only if all are, `error` only if nothing else is known. */
function worstStatus(statuses: readonly Status[]): Status {
  const known = statuses.filter((status) => status !== "error");
  if (known.length === 0) return statuses.length > 0 ? "error" : "insufficient";
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

function decide(
  { input, tests, error }: Pending,
  { policy, complete, rows, features }: EvaluateInput,
  adjusted: ReadonlyMap<PendingTest, number>,
  level: { warning: number; drift: number },
  size: number,
): FeatureCheck {
  const { feature, window } = input;
  const { name, type, role } = feature;
  const n = feature.counts.reduce((sum, count) => sum + count, 0);
  const m = window.cells.reduce((sum, count) => sum + count, 0) + window.unseen;
  const missing = {
    reference: input.reference.rows > 0 ? feature.missing / input.reference.rows : 0,
    current: rows > 0 ? window.missing / rows : 0,
  };
  const base = {
    name,
    type,
    role: features.find((one) => one.name === name)?.role ?? role,
    n,
    m,
    missing,
    unseen: window.unseen,
  };
  if (error !== null) return { ...base, scores: {}, tests: [], verdict: failed(error) };
  const decided = tests.map(({ floorMet, ...test }): FamilyTest => {
    const adjustedP = adjusted.get(tests.find((one) => one.kind === test.kind) as PendingTest) ?? test.pValue;
    const passes = (at: "warning" | "drift"): boolean =>
      floorMet && adjustedP <= level[at] && test.effect >= test.gate[at];
    return { ...test, adjustedP, status: passes("drift") ? "drift" : passes("warning") ? "warning" : "ok" };
  });
  if (decided.length === 0)
    return {
      ...base,
      scores: {},
      tests: [],
      verdict: { ...unknown, status: "insufficient", reason: complete ? noValues(name) : stillOpen },
    };
  const loud = decided.reduce((worst, test) => {
    const difference = severity[test.status] - severity[worst.status];
    return difference > 0 || (difference === 0 && test.status !== "ok" && test.pValue < worst.pValue)
      ? test
      : worst;
  });
  const detectable = detectableShift(input, level.warning / Math.max(1, size), loud.gate.warning);
  let { status } = loud;
  let reason = reasonFor(name, loud, missing);
  if (!complete) [status, reason] = ["insufficient", stillOpen];
  else if (rows < policy.minimumRows)
    [status, reason] = ["insufficient", tooFewRows(name, rows, policy.minimumRows)];
  else if (status === "ok" && m < policy.minimumRows)
    [status, reason] = ["insufficient", tooFewRows(name, m, policy.minimumRows)];
  else if (status === "ok" && detectable !== null && detectable.gap > policy.maximumDetectable)
    [status, reason] = ["insufficient", tooBlunt(name, detectable.gap)];
  const { kind, method, adjustedP, effect, effectName, gate, marks } = loud;
  return {
    ...base,
    scores: scoresOf(input),
    tests: decided,
    verdict: { status, kind, method, adjustedP, effect, effectName, gate, detectable, reason, marks },
  };
}

/** A verdict that no test led to. */
const unknown = {
  kind: "drift",
  method: "chi2",
  adjustedP: 1,
  effect: 0,
  effectName: "none",
  gate: { warning: 0, drift: 0 },
  detectable: null,
  marks: [],
} satisfies Omit<FeatureCheck["verdict"], "status" | "reason">;

const failed = (message: string): FeatureCheck["verdict"] => ({
  ...unknown,
  status: "error",
  reason: `This feature could not be evaluated: ${message}.`,
});
