import type { CheckSummary, HistoryFeature } from "#core/domain/api.ts";
import type { Check, FeatureCheck } from "#core/domain/check.ts";
import type { CheckWithHistory } from "../objects/model/checks.ts";

/** A check for lists: without its features. */
export function summaryOf(check: Check): CheckSummary {
  const { features: _, ...summary } = check;
  return summary;
}

/** A check for the history and for those it is told to: its features by their verdicts only. */
export function withHistory(check: Check): CheckWithHistory {
  return { ...summaryOf(check), features: check.features.map(historyOf) };
}

function historyOf({ name, m, missing, verdict }: FeatureCheck): HistoryFeature {
  const { status, effect, effectName, gate, method, adjustedP } = verdict;
  return { name, m, status, effect, effectName, gate, method, adjustedP, missing: missing.current };
}
