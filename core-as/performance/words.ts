/** The sentences of a verdict on performance, in words that a person on call can act on. */
import type { Status } from "../domain/check.ts";
import type { MetricVerdict } from "../domain/performance-check.ts";
import type { NamedMetric } from "../domain/performance-metrics.ts";
import { formatNumber } from "../report/format.ts";

export const effectNames = { up: "drop", down: "rise", same: "change" } as const;

export function metricReason(
  { label, better }: NamedMetric,
  { status, value, reference, effect, gate, adjustedP }: MetricVerdict,
): string {
  const [before, now, by] = [reference.value ?? NaN, value ?? NaN, effect].map((x) => formatNumber(x));
  if (status === "drift" || status === "warning") {
    const moved = better === "same" ? "went" : better === "up" ? "fell" : "rose";
    return `${label} ${moved} from ${before} to ${now}, by ${by}; from ${formatNumber(gate.drift)} on it is drift.`;
  }
  if (adjustedP <= 0.05 && effect >= gate.warning)
    return `${label} looks worse than on the reference (${before} to ${now}), but not surely enough for an alarm.`;
  if (adjustedP <= 0.05)
    return `${label} is worse than on the reference, but by less than matters (${before} to ${now}).`;
  return `${label} is no worse than on the reference (${before} to ${now}).`;
}

export const undefinedHere = ({ label }: NamedMetric): string =>
  `${label} is not defined for these rows, or for the reference's.`;

export const tooFewLabels = (rows: number, least: number): string =>
  `${rows} rows have a label; at least ${least} are needed.`;

export const tooFewEstimated = (rows: number, least: number): string =>
  `${rows} rows have all that an estimate needs; at least ${least} are needed.`;

export const tooFewCarriers = ({ label }: NamedMetric, carriers: number, least: number): string =>
  `${label} rests on ${carriers} rows of the rarest class that it needs; at least ${least} are needed.`;

export const tooBlunt = ({ label, better }: NamedMetric, detectable: number): string =>
  `Only a ${effectNames[better]} of ${formatNumber(detectable)} in ${label} would have shown: too few rows, or too varied a reference.`;

export const doesNotVary = ({ label }: NamedMetric): string =>
  `${label} varies neither from row to row nor from chunk to chunk of the reference: there is nothing to hold it against.`;

export function checkReason(status: Status, metrics: readonly { label: string; status: Status }[]): string {
  const named = metrics.filter((metric) => metric.status === status).map(({ label }) => label);
  if (status === "drift") return `Performance is worse: ${named.join(", ")}.`;
  if (status === "warning") return `Early signs of worse performance: ${named.join(", ")}.`;
  if (status === "insufficient") return "No metric had enough evidence for a verdict.";
  return "Performance is as on the reference.";
}

export function estimateReason(
  status: Status,
  metrics: readonly { label: string; status: Status }[],
): string {
  if (metrics.length === 0) return "Nothing that decides can be estimated.";
  const named = metrics.filter((metric) => metric.status === status).map(({ label }) => label);
  if (status === "drift") return `Performance is probably worse: ${named.join(", ")}.`;
  if (status === "warning") return `Performance may be a little worse: ${named.join(", ")}.`;
  if (status === "insufficient") return "No metric had enough evidence for a verdict on the estimate.";
  if (status === "error") return "The estimate could not be judged.";
  return "Performance is estimated to be as on the reference.";
}
