/**
 * The ROC curve as points to draw: for each threshold the shares of both classes that it lets through, from none to all.
 * Points lie on the curve; where there are more thresholds than points, those are kept that part the rows most evenly.
 *
 * Cost: a pass over the groups. Edge cases: no curve with one class only.
 */
import { rowsByClass, type ScoredGroups } from "./score-groups.ts";

export interface CurvePoint {
  /** Rows with at least this score are let through; null for the point of no rows. */
  threshold: number | null;
  falsePositiveRate: number;
  truePositiveRate: number;
}

/** @param most points, the first and the last included; at least three */
export function rocCurve(groups: ScoredGroups, most: number): CurvePoint[] | null {
  const { negatives, positives } = rowsByClass(groups);
  if (!(negatives > 0 && positives > 0)) return null;
  const count = groups.scores.length;
  const rows = negatives + positives;
  const points: CurvePoint[] = [{ threshold: null, falsePositiveRate: 0, truePositiveRate: 0 }];
  let [lows, highs, taken] = [0, 0, 0];
  for (let group = count - 1; group >= 0; group--) {
    lows += groups.negatives[group];
    highs += groups.positives[group];
    // Of very many thresholds one is kept each time another (most − 2)th of the rows has passed.
    const reached = count < most ? taken + 1 : Math.floor(((lows + highs) / rows) * (most - 2));
    if (reached <= taken && group > 0) continue;
    taken = reached;
    points.push({
      threshold: groups.scores[group],
      falsePositiveRate: lows / negatives,
      truePositiveRate: highs / positives,
    });
  }
  return points;
}
