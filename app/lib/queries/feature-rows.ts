/** The feature table of one window: loudest first, then by drift × importance. */
import type { DriftHistory, HistoryFeature } from "#core/domain/api.ts";
import { severity } from "#core/domain/check.ts";
import type { Importances } from "#core/domain/importances.ts";
import type { Feature } from "#core/domain/model.ts";
import { rankDrift } from "#core/ranked-drift.ts";

export interface FeatureRow extends HistoryFeature {
  type: string;
  role: string;
  /** Part of the sum of all that are known, in [0, 1]. */
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
  importances: Importances | null,
): FeatureRow[] {
  const total = importances?.features.reduce((sum, { importance }) => sum + importance, 0) ?? 0;
  const ranked = rankDrift(selected.features, importances);
  const placeOf = new Map(ranked.map(({ name }, place) => [name, place]));
  const importanceOf = new Map(ranked.map(({ name, importance }) => [name, importance]));
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
        importance: partOf(importanceOf.get(feature.name) ?? null, total),
        strength: feature.effect / (feature.gate.drift || 1),
        trend: before.map((check) => {
          const then = check.features.find(({ name }) => name === feature.name);
          return then ? then.effect / (then.gate.drift || 1) : 0;
        }),
      };
    })
    .sort(
      (a, b) =>
        severity[b.status] - severity[a.status] || (placeOf.get(a.name) ?? 0) - (placeOf.get(b.name) ?? 0),
    );
}

const partOf = (importance: number | null, total: number): number | null =>
  importance === null ? null : total > 0 ? importance / total : 0;

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
