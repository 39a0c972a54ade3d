/** The feature table of one window: loudest and most important first. */
import type { DriftHistory, HistoryFeature } from "#core/domain/api.ts";
import { severity } from "#core/domain/check.ts";
import type { Feature } from "#core/domain/model.ts";

export interface FeatureRow extends HistoryFeature {
  type: string;
  role: string;
  importance: number | null;
  /** Effect in units of the drift gate. */
  strength: number;
  /** Effects over the last windows, oldest first. */
  trend: number[];
}

/** Windows in a row's small trend line. */
const trendWindows = 30;

export function featureRows(
  checks: DriftHistory["checks"],
  selected: DriftHistory["checks"][number],
  features: readonly Feature[],
): FeatureRow[] {
  const declared = new Map(features.map((feature) => [feature.name, feature]));
  const until = checks.findIndex(({ id }) => id === selected.id) + 1;
  const before = checks.slice(Math.max(0, until - trendWindows), until);
  return selected.features
    .map((feature): FeatureRow => {
      const known = declared.get(feature.name);
      return {
        ...feature,
        type: known?.type ?? "",
        role: known?.role ?? "feature",
        importance: known?.importance ?? null,
        strength: feature.effect / (feature.gate.drift || 1),
        trend: before.map((check) => {
          const then = check.features.find(({ name }) => name === feature.name);
          return then ? then.effect / (then.gate.drift || 1) : 0;
        }),
      };
    })
    .sort(
      (a, b) =>
        severity[b.status] - severity[a.status] || weight(b) - weight(a) || (a.name < b.name ? -1 : 1),
    );
}

/** Drift × importance; features without an importance count as average ones. */
function weight({ strength, importance }: FeatureRow): number {
  return strength * (importance ?? 1);
}

/** Row order of the heatmap: by the loudest the feature ever was, then by how often. */
export function heatmapOrder(checks: DriftHistory["checks"], features: readonly Feature[]): string[] {
  const total = (name: string): number =>
    checks.reduce((sum, check) => {
      const feature = check.features.find((one) => one.name === name);
      if (!feature) return sum;
      return (
        sum +
        (feature.status === "drift" ? 10 : feature.status === "warning" ? 3 : 0) +
        Math.min(1, feature.effect / (feature.gate.drift || 1))
      );
    }, 0);
  return features
    .map(({ name }) => ({ name, total: total(name) }))
    .sort((a, b) => b.total - a.total)
    .map(({ name }) => name);
}
