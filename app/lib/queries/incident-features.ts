import type { Incident } from "#core/domain/incident.ts";
import { performanceMetrics } from "#core/domain/performance-metrics.ts";

export interface IncidentFeature {
  name: string;
  /** Windows in which it drifted. */
  windows: number;
  largest: number;
  effectName: string;
}

/** A feature by its name, a metric by what people call it. */
export const labelOf = ({ kind }: Incident, name: string): string =>
  kind === "performance" ? (performanceMetrics.find((metric) => metric.name === name)?.label ?? name) : name;

/** The features of an incident, or the metrics of one of performance, by how many windows they drifted in. */
export function driftedFeatures({ entries }: Incident): IncidentFeature[] {
  const found = new Map<string, IncidentFeature>();
  for (const { features } of entries) {
    for (const { name, status, effect, effectName } of features) {
      if (status !== "drift") continue;
      const known = found.get(name) ?? { name, windows: 0, largest: 0, effectName };
      found.set(name, { ...known, windows: known.windows + 1, largest: Math.max(known.largest, effect) });
    }
  }
  return [...found.values()].sort((a, b) => b.windows - a.windows || b.largest - a.largest);
}
