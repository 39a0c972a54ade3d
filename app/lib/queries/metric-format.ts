/** Metrics in words: shares in three decimals that line up, everything with a unit in three digits. */
import type { MetricUnit } from "#core/domain/performance-metrics.ts";
import { formatCount, formatFixed, formatNumber } from "#core/report/format.ts";

const plain: ReadonlySet<MetricUnit> = new Set(["share", "correlation"]);

export function formatMetric(value: number | null | undefined, unit: MetricUnit): string {
  if (plain.has(unit)) return formatFixed(value);
  const large = value != null && Math.abs(value) >= 10_000 && Math.abs(value) < 1e7;
  return large ? formatCount(value).replace("-", "−") : formatNumber(value, 4);
}

/** What stands on an axis: the metric, and its unit where it has one. */
export function metricAxis(label: string, unit: MetricUnit, labelUnit: string | undefined): string {
  if (plain.has(unit)) return label;
  if (unit === "label") return labelUnit ? `${label}, ${labelUnit}` : label;
  if (unit === "label²") return labelUnit ? `${label}, (${labelUnit})²` : label;
  return unit === "nats" ? `${label}, nats` : label;
}
