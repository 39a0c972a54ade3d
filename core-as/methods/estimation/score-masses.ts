/**
 * Confidence-based performance estimation from windows that kept, of each score cell and decision, the rows and the sum of
 * their calibrated probabilities. That is all that the expected confusion matrix is made of, so its shares are exact; only
 * the area under the ROC curve needs to know which of a cell's rows is above which.
 *
 * With rows in the order of their scores and c never falling, a cell of n rows adds Σ_{i<j} c_j (1 − c_i) + ½ Σ c_i (1 − c_i)
 * pairs. That is at least what it adds with all scores equal, M (n − M)/2 with M = Σ c, and exceeds it by ½ Σ_{i<j} (c_j − c_i):
 * nothing where c is level in the cell, and most where every c is at an end of the cell's range [l, u], which is
 * ½ n² (M/n − l)(u − M/n)/(u − l). `low` and `high` are these two for certain, the statistic halfway.
 *
 * Cost: two looks at the map a cell. Edge cases as for `estimateBinary`.
 */
import { type Result, result } from "../result.ts";
import { type EstimatedBinary, expectedShares } from "./cbpe-binary.ts";
import { type IsotonicMap, isotonicAt } from "./isotonic.ts";
import { noConceptDrift } from "./no-concept-drift.ts";

/** One entry a cell, in the order of the scores. */
export interface ScoreMasses {
  /** The lowest and highest score that a cell can hold. */
  lowest: Float64Array;
  highest: Float64Array;
  /** Rows decided 0, and decided 1. */
  zeros: Float64Array;
  ones: Float64Array;
  /** Σ calibrated probability over the same. */
  zerosMass: Float64Array;
  onesMass: Float64Array;
}

/**
 * @param map from score to probability; null where scores are calibrated probabilities already
 * @param rounding how far each row's probability in a mass may be from itself
 */
export function estimateMasses(
  masses: ScoreMasses,
  map: IsotonicMap | null,
  rounding: number,
): EstimatedBinary {
  const { zeros, ones, zerosMass, onesMass } = masses;
  const [zeroRows, oneRows] = [sumOf(zeros), sumOf(ones)];
  const rounded = (mass: number, rows: number) => ({
    low: Math.max(0, mass - rounding * rows),
    middle: mass,
    high: Math.min(rows, mass + rounding * rows),
  });
  const hits = rounded(sumOf(onesMass), oneRows);
  const misses = rounded(sumOf(zerosMass), zeroRows);
  return {
    rows: zeroRows + oneRows,
    ...expectedShares(hits, misses, oneRows, zeroRows),
    rocAuc: expectedRocAuc(masses, map, rounding),
    assumption: noConceptDrift,
  };
}

function expectedRocAuc(
  { lowest, highest, zeros, ones, zerosMass, onesMass }: ScoreMasses,
  map: IsotonicMap | null,
  rounding: number,
): Result {
  let [rows, positives, below, ordered, unsure] = [0, 0, 0, 0, 0];
  for (let cell = 0; cell < lowest.length; cell++) {
    const held = zeros[cell] + ones[cell];
    if (held === 0) continue;
    const mass = zerosMass[cell] + onesMass[cell];
    ordered += mass * below + (mass * (held - mass)) / 2;
    const [least, most] = map
      ? [isotonicAt(map, lowest[cell]), isotonicAt(map, highest[cell])]
      : [lowest[cell], highest[cell]];
    const mean = Math.min(most, Math.max(least, mass / held));
    if (most > least) unsure += (held * held * (mean - least) * (most - mean)) / (most - least) / 2;
    below += held - mass;
    rows += held;
    positives += mass;
  }
  const negatives = rows - positives;
  const pairs = positives * negatives;
  if (!(pairs > 0 && pairs < Infinity)) return result(NaN);
  // What rounding may do to the masses moves the area by no more than this.
  const slack = rounding * (rows / positives + rows / negatives);
  return result((ordered + unsure / 2) / pairs, {
    low: Math.max(0, ordered / pairs - slack),
    high: Math.min(1, (ordered + unsure) / pairs + slack),
  });
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
