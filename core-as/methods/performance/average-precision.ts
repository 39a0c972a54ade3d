/**
 * Average precision: the precision at the threshold of each positive row, averaged over them; rows of one score share
 * theirs (scikit-learn's step form of the area under the precision–recall curve; no interpolation).
 *
 * Standard error: the infinitesimal jackknife (Jaeckel 1972), the standard deviation over the rows of how far one row
 * moves the value, by √n. It agrees with a bootstrap and needs no draws. The interval is symmetric in the log odds (Boyd,
 * Eng and Page 2013); there is none for a value of 1, which no row moves.
 *
 * Cost: two passes over the groups, after the sort that made them. Edge cases: no answer without positives. Without
 * negatives it is 1 by definition. A model without skill scores the base rate, so compare it only at equal base rates.
 */
import type { Kernel } from "../../kernel/api.ts";
import { checkedLevel } from "../shares/share-counts.ts";
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { groupsOfScores, rowsByClass, type ScoreGroups } from "./score-groups.ts";

export function averagePrecision(
  kernel: Kernel,
  scores: Float64Array,
  labels: ArrayLike<number>,
  level = 0.95,
): Measure {
  return averagePrecisionOfGroups(kernel, groupsOfScores(scores, labels), level);
}

export function averagePrecisionOfGroups(kernel: Kernel, groups: ScoreGroups, level = 0.95): Measure {
  checkedLevel(level);
  const total = rowsByClass(groups);
  if (!(total.positives > 0 && total.negatives >= 0)) return { ...undefinedMeasure };
  const count = groups.positives.length;
  const precisions = new Float64Array(count);
  let [highs, lows, sum] = [0, 0, 0];
  for (let group = count - 1; group >= 0; group--) {
    highs += groups.positives[group];
    lows += groups.negatives[group];
    if (highs + lows === 0) continue;
    precisions[group] = highs / (highs + lows);
    sum += groups.positives[group] * precisions[group];
  }
  const value = sum / total.positives;
  const standardError = jackknifeError(groups, precisions, value, total);
  return logitMeasure(kernel, value, standardError, level);
}

/**
 * How far a row of score s moves the value. Each positive at or below s has a threshold that lets the row in: its
 * precision rises by (1 − precision)/(rows let in) for a positive row and falls by precision/(rows let in) for a negative
 * one. A positive row also brings its own precision into the average.
 */
function jackknifeError(
  groups: ScoreGroups,
  precisions: Float64Array,
  value: number,
  total: { negatives: number; positives: number },
): number {
  let within = total.positives + total.negatives;
  let [raised, lowered, squares] = [0, 0, 0];
  for (let group = 0; group < precisions.length; group++) {
    const [highs, lows] = [groups.positives[group], groups.negatives[group]];
    if (highs + lows === 0) continue;
    raised += (highs * (1 - precisions[group])) / within;
    lowered += (highs * precisions[group]) / within;
    const ofPositive = precisions[group] + raised - value;
    squares += highs * ofPositive * ofPositive + lows * lowered * lowered;
    within -= highs + lows;
  }
  return Math.sqrt(squares) / total.positives;
}
