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
  const { value, ofPositives, ofNegatives } = precisionMoves(groups);
  let squares = 0;
  groups.positives.forEach((highs, group) => {
    squares += highs * ofPositives[group] * ofPositives[group];
    squares += groups.negatives[group] * ofNegatives[group] * ofNegatives[group];
  });
  return logitMeasure(kernel, value, Math.sqrt(squares), level);
}

/**
 * The average precision, and by group how far one row of class 1, or of class 0, moves it. Each positive at or below a
 * row's score has a threshold that lets the row in: its precision rises by (1 − precision)/(rows let in) for a positive row
 * and falls by precision/(rows let in) for a negative one. A positive row also brings its own precision into the average.
 */
export function precisionMoves(groups: ScoreGroups): {
  value: number;
  ofPositives: Float64Array;
  ofNegatives: Float64Array;
} {
  const total = rowsByClass(groups);
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
  const [ofPositives, ofNegatives] = [new Float64Array(count), new Float64Array(count)];
  let within = total.positives + total.negatives;
  let [raised, lowered] = [0, 0];
  for (let group = 0; group < count; group++) {
    const [ones, zeros] = [groups.positives[group], groups.negatives[group]];
    if (ones + zeros === 0) continue;
    raised += (ones * (1 - precisions[group])) / within;
    lowered += (ones * precisions[group]) / within;
    ofPositives[group] = (precisions[group] + raised - value) / total.positives;
    ofNegatives[group] = -lowered / total.positives;
    within -= ones + zeros;
  }
  return { value, ofPositives, ofNegatives };
}
