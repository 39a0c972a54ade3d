/**
 * How far scores part the classes: the largest gap between the shares of positives and of negatives that a threshold
 * lets through, the Kolmogorov–Smirnov distance between the scores of both classes (what credit scoring calls "the KS").
 *
 * Standard error: that of both shares at the threshold of the largest gap, which is the limit where one threshold parts
 * best (Raghavachari 1973); searching for it makes the gap of few rows a little too large. Cost: a pass over the groups.
 * Edge cases: rows without a score are left out; no answer with one class only.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Measure, undefinedMeasure, waldMeasure } from "./sampling-error.ts";
import { groupsOfScores, rowsByClass, type ScoreGroups } from "./score-groups.ts";

export function scoreSeparation(
  kernel: Kernel,
  scores: Float64Array,
  labels: ArrayLike<number>,
  level = 0.95,
): Measure {
  return scoreSeparationOfGroups(kernel, groupsOfScores(scores, labels), level);
}

export function scoreSeparationOfGroups(kernel: Kernel, groups: ScoreGroups, level = 0.95): Measure {
  const { negatives, positives } = rowsByClass(groups);
  if (!(negatives > 0 && positives > 0)) return { ...undefinedMeasure };
  let [lows, highs, largest, variance] = [0, 0, 0, 0];
  for (let group = 0; group < groups.negatives.length; group++) {
    lows += groups.negatives[group];
    highs += groups.positives[group];
    const [ofLows, ofHighs] = [lows / negatives, highs / positives];
    const gap = Math.abs(ofLows - ofHighs);
    if (gap <= largest) continue;
    largest = gap;
    variance = (ofLows * (1 - ofLows)) / negatives + (ofHighs * (1 - ofHighs)) / positives;
  }
  return waldMeasure(kernel, largest, Math.sqrt(variance), { least: 0, most: 1 }, level);
}
