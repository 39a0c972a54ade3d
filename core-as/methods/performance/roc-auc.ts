/**
 * Area under the ROC curve: the chance that a row of class 1 has a higher score than one of class 0, ties counting half
 * (the Mann–Whitney statistic).
 *
 * Standard error: DeLong, DeLong and Clarke-Pearson (1988), by mid-ranks (Sun and Xu 2014): how much the share of rows
 * of the other class that a row wins against varies within either class. The interval is symmetric in the log odds, so
 * that it stays inside [0, 1] and holds its level near 1; where the usual one (pROC's) is cut at 1, this bends.
 *
 * Two cases in which DeLong's error is blind: a class of one row gets the largest variance that any area can have,
 * A(1 − A)/min(P, N) (Birnbaum and Klose 1957). And classes that do not overlap at all (an area of 0 or 1) get the exact
 * bound for min(P, N) independent pairs that all agree, (α/2)^(1/min(P, N)).
 *
 * Cost: a pass over the groups, after the sort that made them. Edge cases: no answer with one class only; scores that are
 * all equal are worth exactly ½.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { checkedLevel } from "../shares/share-counts.ts";
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { groupsOfScores, rowsByClass, type ScoreGroups } from "./score-groups.ts";

export function rocAuc(
  kernel: Kernel,
  scores: Float64Array,
  labels: ArrayLike<number>,
  level = 0.95,
): Measure {
  return rocAucOfGroups(kernel, groupsOfScores(scores, labels), level);
}

export function rocAucOfGroups(kernel: Kernel, groups: ScoreGroups, level = 0.95): Measure {
  checkedLevel(level);
  const { negatives, positives } = rowsByClass(groups);
  if (!(negatives > 0 && positives > 0)) return { ...undefinedMeasure };
  const area = areaOf(groups, 0.5);
  const standardError = Math.sqrt(varianceOf(groups, area, negatives, positives));
  return auc(kernel, area, standardError, Math.min(negatives, positives), level);
}

/** An area with its interval; `pairs` is the size of the smaller class. */
export function auc(
  kernel: Kernel,
  area: number,
  standardError: number,
  pairs: number,
  level: number,
): Measure {
  if (area === 0 || area === 1) {
    const bound = kernel.exp(kernel.log((1 - level) / 2) / pairs);
    const bounds = area === 1 ? { low: bound, high: 1 } : { low: 0, high: 1 - bound };
    return { ...result(area, bounds), standardError };
  }
  if (standardError === 0) return { ...result(area, { low: area, high: area }), standardError };
  return logitMeasure(kernel, area, standardError, level);
}

/** @param ties what a pair inside a group is worth: ½ when its scores are equal, 0 or 1 for the worst and best order */
export function areaOf(groups: ScoreGroups, ties: number | ArrayLike<number>): number {
  const total = rowsByClass(groups);
  let below = 0;
  let won = 0;
  groups.negatives.forEach((negatives, group) => {
    const worth = typeof ties === "number" ? ties : ties[group];
    won += groups.positives[group] * (below + worth * negatives);
    below += negatives;
  });
  return won / total.positives / total.negatives;
}

/** By group: the share of rows of the other class that a row of class 1, or of class 0, wins against. */
export function winsOf(groups: ScoreGroups): { ofPositives: Float64Array; ofNegatives: Float64Array } {
  const { negatives, positives } = rowsByClass(groups);
  const count = groups.negatives.length;
  const wins = { ofPositives: new Float64Array(count), ofNegatives: new Float64Array(count) };
  let [below, above] = [0, positives];
  for (let group = 0; group < count; group++) {
    const [lows, highs] = [groups.negatives[group], groups.positives[group]];
    above -= highs;
    wins.ofPositives[group] = (below + lows / 2) / negatives;
    wins.ofNegatives[group] = (above + highs / 2) / positives;
    below += lows;
  }
  return wins;
}

/** DeLong's variance of the area. */
function varianceOf(groups: ScoreGroups, area: number, negatives: number, positives: number): number {
  const smaller = Math.min(negatives, positives);
  if (smaller < 2) return (area * (1 - area)) / smaller;
  const wins = winsOf(groups);
  let [ofPositives, ofNegatives] = [0, 0];
  for (let group = 0; group < groups.negatives.length; group++) {
    const highWins = wins.ofPositives[group] - area;
    const lowWins = wins.ofNegatives[group] - area;
    ofPositives += groups.positives[group] * highWins * highWins;
    ofNegatives += groups.negatives[group] * lowWins * lowWins;
  }
  return ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives;
}
