/**
 * The features of a check in the order in which to look at them: by drift × importance. Drift is the effect in units of its
 * drift gate. A feature whose importance nobody knows counts as an average one, so that without any the order is by drift.
 */
import type { FeatureCheck } from "./domain/check.ts";
import type { Importances } from "./domain/importances.ts";
import { rankByImportance } from "./methods/ranking.ts";

export interface RankedDrift {
  name: string;
  drift: number;
  /** In the unit of the importances; null where it is not known. */
  importance: number | null;
  /** Drift × importance, and its part of the sum of all; null where nothing has drifted at all. */
  score: number;
  share: number | null;
}

/** What the ranking needs of a feature's check: in a check itself and in a history. */
export interface DriftedFeature {
  name: string;
  effect: number;
  gate: { drift: number };
}

export const driftedFeature = ({ name, verdict }: FeatureCheck): DriftedFeature => ({
  name,
  effect: verdict.effect,
  gate: verdict.gate,
});

export function rankDrift(
  features: readonly DriftedFeature[],
  importances: Importances | null,
): RankedDrift[] {
  const known = new Map(importances?.features.map(({ name, importance }) => [name, importance]));
  const total = [...known.values()].reduce((sum, importance) => sum + importance, 0);
  const average = known.size > 0 ? total / known.size : 1;
  const ranked = rankByImportance(
    features.map(({ name, effect, gate }) => ({
      name,
      drift: Number.isFinite(effect) ? effect / (gate.drift || 1) : 0,
      importance: known.get(name) ?? average,
    })),
  );
  return ranked.map(({ name, drift, score, share }) => ({
    name,
    drift,
    importance: known.get(name) ?? null,
    score,
    share: Number.isFinite(share) ? share : null,
  }));
}
