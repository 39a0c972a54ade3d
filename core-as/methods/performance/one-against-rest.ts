/**
 * Several classes as as many binary questions: each class against all others, by its own probability. Rows with a missing
 * probability are left out of all of them. Cost: one sort a class.
 */
import { groupsOfScores, type ScoredGroups } from "./score-groups.ts";

export interface ClassScores {
  /** The class's own probability, row by row. */
  scores: Float64Array;
  /** 1 for rows of the class, 0 for all others. */
  labels: Uint8Array;
  groups: ScoredGroups;
}

/** @param probabilities one row after the other, each with one entry a class */
export function oneAgainstRest(
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
): ClassScores[] {
  if (probabilities.length !== labels.length * classes)
    throw new RangeError(
      `${probabilities.length} probabilities of ${classes} classes, ${labels.length} labels`,
    );
  const rows = Int32Array.from({ length: labels.length }, (_, row) => row).filter(
    (row) => !probabilities.subarray(row * classes, (row + 1) * classes).some(Number.isNaN),
  );
  return Array.from({ length: classes }, (_, each) => {
    const scores = new Float64Array(rows.length);
    const own = new Uint8Array(rows.length);
    rows.forEach((row, place) => {
      scores[place] = probabilities[row * classes + each];
      own[place] = labels[row] === each ? 1 : 0;
    });
    return { scores, labels: own, groups: groupsOfScores(scores, own) };
  });
}
