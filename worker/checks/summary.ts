import type { CheckSummary, HistoryFeature, HistoryQuality } from "#core/domain/api.ts";
import type { AttributionCheck, Check, FeatureCheck } from "#core/domain/check.ts";
import type { QualityTest } from "#core/domain/quality.ts";
import type { CheckWithHistory } from "../objects/model/checks.ts";

/** A check for lists: without its features, and of its quality what is loud. */
export function summaryOf(check: Check): CheckSummary {
  const { features: _, quality, attribution, ...summary } = check;
  const loud = quality.filter(({ status }) => status === "warning" || status === "drift");
  return {
    ...summary,
    quality: loud.map(shortOf),
    ...(attribution && { attribution: verdictOf(attribution) }),
  };
}

function verdictOf({ features: _, ...verdict }: AttributionCheck): Omit<AttributionCheck, "features"> {
  return verdict;
}

function shortOf({ kind, subject, change, value, expected, status, ...of }: QualityTest): HistoryQuality {
  const { effect, effectName, gate, adjustedP, reason } = of;
  return { kind, subject, change, value, expected, status, effect, effectName, gate, adjustedP, reason };
}

/** A check for the history and for those it is told to: its features by their verdicts only. */
export function withHistory(check: Check): CheckWithHistory {
  return { ...summaryOf(check), features: check.features.map(historyOf) };
}

function historyOf({ name, m, missing, verdict }: FeatureCheck): HistoryFeature {
  const { status, effect, effectName, gate, method, adjustedP } = verdict;
  return { name, m, status, effect, effectName, gate, method, adjustedP, missing: missing.current };
}
