/** From a feature's tests to its verdict, once the family has adjusted their p-values (METHODS §1, points 4 to 6). */
import { type FamilyTest, type FeatureCheck, severity } from "../domain/check.ts";
import type { Method, Policy } from "../domain/policy.ts";
import type { QualityKind, QualityTest } from "../domain/quality.ts";
import type { EvaluateInput } from "../evaluate.ts";
import { type DetectableLevel, detectableShift } from "./evidence.ts";
import { type FeatureInput, type PendingTest, scoresOf } from "./feature-tests.ts";
import type { PendingQuality } from "./pending-quality.ts";
import { noValues, qualityNames, reasonFor, stillOpen, tooBlunt, tooFewRows } from "./words.ts";

/** One feature with its tests, or with what kept them from being made. */
export interface Pending {
  input: FeatureInput;
  tests: PendingTest[];
  error: string | null;
}

/**
 * @param adjusted the family's adjusted p-values; what is muted has none, and shows its own
 * @param level the family's levels of this window
 * @param detectableLevel the feature's share of the level for a warning
 * @param divergences the feature's, see `divergencesOfAll`
 */
export function decide(
  { input, tests, error }: Pending,
  { policy, complete, rows, features, quality }: EvaluateInput,
  adjusted: ReadonlyMap<PendingTest | PendingQuality, number>,
  level: { warning: number; drift: number },
  detectableLevel: DetectableLevel,
  divergences: Partial<Record<Method, number>>,
): FeatureCheck {
  const { feature, window } = input;
  const { name, type, role } = feature;
  const { n } = input;
  const m = input.m + window.unseen;
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
  const decided = tests.map((pending): FamilyTest => {
    const { floorMet, finding: _, ...test } = pending;
    const adjustedP = adjusted.get(pending) ?? test.pValue;
    return { ...test, adjustedP, status: statusOf({ ...test, adjustedP, floorMet }, level) };
  });
  const heard = decided.filter(({ kind }) => !isMutedKind(policy, kind));
  if (heard.length === 0)
    return {
      ...base,
      scores: {},
      tests: decided,
      verdict: { ...unknown, status: "insufficient", reason: complete ? noValues(name) : stillOpen },
    };
  const loud = heard.reduce((worst, test) => {
    const difference = severity[test.status] - severity[worst.status];
    return difference > 0 || (difference === 0 && test.status !== "ok" && test.pValue < worst.pValue)
      ? test
      : worst;
  });
  const detectable = detectableShift(input, detectableLevel, loud.gate.warning);
  let { status } = loud;
  let reason = reasonFor(name, loud, missing, tests.find(({ kind }) => kind === loud.kind)?.finding);
  // Rows that were refused for their type came, though none of them is in the window.
  const came = loud.kind === "type_mismatch" && status !== "ok" ? (quality?.told?.received ?? rows) : rows;
  if (!complete) [status, reason] = ["insufficient", stillOpen];
  else if (came < policy.minimumRows)
    [status, reason] = ["insufficient", tooFewRows(name, rows, policy.minimumRows)];
  else if (status === "ok" && m < policy.minimumRows)
    [status, reason] = ["insufficient", tooFewRows(name, m, policy.minimumRows)];
  else if (status === "ok" && detectable !== null && detectable.gap > policy.maximumDetectable)
    [status, reason] = ["insufficient", tooBlunt(name, detectable.gap)];
  const { kind, method, adjustedP, effect, effectName, gate, marks } = loud;
  return {
    ...base,
    scores: scoresOf(input, { ...divergences, ...decidedBy(tests) }),
    tests: decided,
    verdict: { status, kind, method, adjustedP, effect, effectName, gate, detectable, reason, marks },
  };
}

/** The statistic that the test of drift took already. */
function decidedBy(tests: readonly PendingTest[]): Partial<Record<Method, number>> {
  const drift = tests.find(({ kind }) => kind === "drift");
  return drift === undefined ? {} : { [drift.method]: drift.statistic };
}

/** Significant, large enough to matter, and no less than what counts at all. */
export function statusOf(
  {
    adjustedP,
    effect,
    gate,
    floorMet,
  }: Pick<FamilyTest, "adjustedP" | "effect" | "gate"> & { floorMet: boolean },
  level: { warning: number; drift: number },
): "ok" | "warning" | "drift" {
  const passes = (at: "warning" | "drift"): boolean =>
    floorMet && adjustedP <= level[at] && effect >= gate[at];
  return passes("drift") ? "drift" : passes("warning") ? "warning" : "ok";
}

/** A test of the window as a whole. One that could not be made is `insufficient`, and so is every one of an open window. */
export function decideQuality(
  pending: PendingQuality,
  complete: boolean,
  adjusted: ReadonlyMap<PendingTest | PendingQuality, number>,
  level: { warning: number; drift: number },
): QualityTest {
  const { floorMet, finding, pValue, ...test } = pending;
  if (pValue === null) return { ...test, pValue, adjustedP: null, status: "insufficient", reason: finding };
  if (!Number.isFinite(pValue) || !Number.isFinite(test.effect))
    return {
      ...test,
      pValue: null,
      adjustedP: null,
      effect: 0,
      status: "error",
      reason: noNumber(test.kind),
    };
  const adjustedP = adjusted.get(pending) ?? pValue;
  const status = complete ? statusOf({ ...test, adjustedP, floorMet }, level) : "insufficient";
  return { ...test, pValue, adjustedP, status, reason: finding };
}

const noNumber = (kind: QualityKind): string => `The test of ${qualityNames[kind]} gave no number.`;

export const isMutedKind = ({ quality }: Policy, kind: FamilyTest["kind"] | QualityKind): boolean =>
  kind !== "drift" && quality.muted.includes(kind);

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
