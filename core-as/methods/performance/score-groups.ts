/**
 * Scores by class, in ascending groups: rows of one score that a threshold cannot part, or the cells of a monitor that
 * kept counts and no rows. Everything that only looks at the order of scores (ROC-AUC, average precision) is a function
 * of the groups' counts, and the groups of two windows over the same cells add.
 */
import { totalOf } from "../counts/paired-counts.ts";

export interface ScoreGroups {
  /** Rows of class 0 in each group, the lowest scores first. */
  negatives: Float64Array;
  /** Rows of class 1. */
  positives: Float64Array;
}

/** Groups of equal scores, with the score of each. */
export interface ScoredGroups extends ScoreGroups {
  /** Ascending. */
  scores: Float64Array;
}

/** Groups of equal scores; rows without a score (NaN) belong to none. Cost: one sort. */
export function groupsOfScores(scores: Float64Array, labels: ArrayLike<number>): ScoredGroups {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  const ofClass = (label: number): Float64Array =>
    scores.filter((score, row) => labels[row] === label && !Number.isNaN(score)).sort();
  const [low, high] = [ofClass(0), ofClass(1)];
  const negatives: number[] = [];
  const positives: number[] = [];
  const values: number[] = [];
  for (let i = 0, j = 0; i < low.length || j < high.length;) {
    const score = i < low.length && !(high[j] < low[i]) ? low[i] : high[j];
    const [iStart, jStart] = [i, j];
    // −0 and 0 are one score: they compare as equal, although they sort apart.
    while (low[i] === score) i++;
    while (high[j] === score) j++;
    negatives.push(i - iStart);
    positives.push(j - jStart);
    values.push(score);
  }
  const [ofZero, ofOne] = [Float64Array.from(negatives), Float64Array.from(positives)];
  return { negatives: ofZero, positives: ofOne, scores: Float64Array.from(values) };
}

/** The group of a score that has one. Cost: a binary search. */
export function groupOf({ scores }: ScoredGroups, score: number): number {
  let [low, high] = [0, scores.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (scores[middle] < score) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function mergeGroups(a: ScoreGroups, b: ScoreGroups): ScoreGroups {
  const add = (x: Float64Array, y: Float64Array): Float64Array => {
    if (x.length !== y.length) throw new RangeError(`${x.length} cells against ${y.length}`);
    return x.map((count, cell) => count + y[cell]);
  };
  return { negatives: add(a.negatives, b.negatives), positives: add(a.positives, b.positives) };
}

/** Rows of either class; NaN as soon as something is no count. */
export function rowsByClass({ negatives, positives }: ScoreGroups): { negatives: number; positives: number } {
  if (negatives.length !== positives.length)
    throw new RangeError(`${negatives.length} cells against ${positives.length}`);
  return { negatives: totalOf(negatives), positives: totalOf(positives) };
}
