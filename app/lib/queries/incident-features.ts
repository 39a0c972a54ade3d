import type { Incident, IncidentEntry } from "#core/domain/incident.ts";
import { performanceMetrics } from "#core/domain/performance-metrics.ts";
import { qualityNames } from "#core/evaluate/words.ts";

export interface IncidentFeature {
  /** Of a feature, of a metric, or in words what was wrong with the rows as a whole. */
  name: string;
  /** Windows in which it drifted. */
  windows: number;
  largest: number;
  effectName: string;
}

/** A feature by its name, a metric by what people call it. */
export const labelOf = ({ kind }: Incident, name: string): string =>
  kind === "performance" ? (performanceMetrics.find((metric) => metric.name === name)?.label ?? name) : name;

/** What was wrong with the rows as a whole in one window, as sentences name it. */
export const qualityName = ({ kind, subject, change }: IncidentEntry["quality"][number]): string =>
  subject === null ? qualityNames[kind] : `the field ${subject} (${change})`;

/** The features of an incident, or the metrics of one of performance, by how many windows they drifted in. */
export function driftedFeatures({ entries }: Incident): IncidentFeature[] {
  return inDrift(entries.map(({ features }) => features));
}

/** The same of what was wrong with the rows as a whole: how many came, silence, new fields, … */
export function driftedQuality({ entries }: Incident): IncidentFeature[] {
  return inDrift(entries.map(({ quality }) => quality.map((one) => ({ ...one, name: qualityName(one) }))));
}

function inDrift(windows: readonly IncidentEntry["features"][]): IncidentFeature[] {
  const found = new Map<string, IncidentFeature>();
  for (const { name, status, effect, effectName } of windows.flat()) {
    if (status !== "drift") continue;
    const known = found.get(name) ?? { name, windows: 0, largest: 0, effectName };
    found.set(name, { ...known, windows: known.windows + 1, largest: Math.max(known.largest, effect) });
  }
  return [...found.values()].sort((a, b) => b.windows - a.windows || b.largest - a.largest);
}
