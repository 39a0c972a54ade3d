/** How good scores are, for the demo's own printout; the product measures performance by itself from the labels. */

/** Scores are whole numbers of 1/`SCORE_SCALE`: four decimals say all that the model knows. */
export const SCORE_SCALE = 10_000;

interface ByScore {
  late: Float64Array;
  onTime: Float64Array;
}

function countByScore(scores: Uint16Array, late: Uint8Array): ByScore {
  const counts = {
    late: new Float64Array(SCORE_SCALE + 1),
    onTime: new Float64Array(SCORE_SCALE + 1),
  };
  for (let row = 0; row < scores.length; row++)
    (late[row] === 1 ? counts.late : counts.onTime)[scores[row]]++;
  return counts;
}

/** The chance that a late flight scores above one on time, ties half (Mann–Whitney); NaN with one class only. */
export function rocAuc(scores: Uint16Array, late: Uint8Array): number {
  const counts = countByScore(scores, late);
  let below = 0;
  let wins = 0;
  let positives = 0;
  for (let score = 0; score <= SCORE_SCALE; score++) {
    wins += counts.late[score] * (below + counts.onTime[score] / 2);
    positives += counts.late[score];
    below += counts.onTime[score];
  }
  return wins / (positives * below);
}

/**
 * The lowest score from which a flight is called late: as many are called late as were late in the reference. Precision
 * and recall are then equal there, and a change in the share of `delayed` is a change in the flights or the model.
 */
export function matchingThreshold(scores: Uint16Array, late: Uint8Array): number {
  const counts = countByScore(scores, late);
  let wanted = 0;
  for (const value of late) wanted += value;
  let called = 0;
  let score = SCORE_SCALE + 1;
  while (score > 0 && called < wanted) {
    score--;
    called += counts.late[score] + counts.onTime[score];
  }
  return score;
}

export function baseRate(late: Uint8Array): number {
  let positives = 0;
  for (const value of late) positives += value;
  return positives / late.length;
}
