/** From a feature's tests to its verdict, once the family has adjusted their p-values (METHODS §1, points 4 to 6). */
import { type FamilyTest, type FeatureCheck, severity } from "../domain/check.ts";
import type { Method } from "../domain/policy.ts";
import type { EvaluateInput } from "../evaluate.ts";
import { detectableShift } from "./evidence.ts";
import { type FeatureInput, type PendingTest, scoresOf } from "./feature-tests.ts";
import { noValues, reasonFor, stillOpen, tooBlunt, tooFewRows } from "./words.ts";

/** One feature with its tests, or with what kept them from being made. */
export interface Pending {
  input: FeatureInput;
  tests: PendingTest[];
  error: string | null;
}

/**
 * @param adjusted the family's adjusted p-values; a muted feature has none, and shows its own
 * @param level the family's levels of this window
 * @param size tests in the family
 * @param divergences the feature's, see `divergencesOfAll`
 */
export function decide(
  { input, tests, error }: Pending,
  { policy, complete, rows, features }: EvaluateInput,
  adjusted: ReadonlyMap<PendingTest, number>,
  level: { warning: number; drift: number },
  size: number,
  divergences: Partial<Record<Method, number>>,
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
    scores: scoresOf(input, divergences),
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
