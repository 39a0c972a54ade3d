/**
 * Whether a model's scores need calibration before performance is estimated from them: does an isotonic map make them
 * better probabilities for rows that it was not fitted on? The reference is dealt into ten folds with equally many
 * positives, each fold is calibrated by the map of the other nine, and the expected calibration error of all rows
 * together (ten bins of equal count) is compared with that of the raw scores. NannyML decides by the same error on ten
 * random tenths of the reference, drawn by NumPy; here every row is held out exactly once.
 *
 * Scores that part the classes (an area under the ROC curve above 0.999) are left as they are, as NannyML leaves them:
 * a map fitted on them has next to nothing between 0 and 1.
 *
 * Cost: eleven sorts and as many fits. Edge cases: undecided (null) with one class only, or with fewer than two rows of a
 * class to the fold; rows without a finite score or a 0/1 label do not count. Scores
 * outside [0, 1] are no probabilities and need it always.
 */
import type { Kernel } from "../../kernel/api.ts";
import { equalCountBinsOf, expectedCalibrationError } from "../performance/calibration-error.ts";
import { rocAuc } from "../performance/roc-auc.ts";
import { randomSource } from "../seeded-random.ts";
import { calibrationCounts, fitIsotonic, isotonicAt } from "./isotonic.ts";

export interface CalibrationDecision {
  /** Null where there are too few rows to tell. */
  needed: boolean | null;
  /** Expected calibration error of the scores as they are; NaN where it is not defined. */
  before: number;
  /** And of held-out rows after calibration. */
  after: number;
}

const separated = 0.999;

export function needsCalibration(
  kernel: Kernel,
  scores: Float64Array,
  labels: ArrayLike<number>,
  { folds = 10, seed = 1 }: { folds?: number; seed?: number } = {},
): CalibrationDecision {
  if (scores.length !== labels.length)
    throw new RangeError(`${scores.length} scores against ${labels.length} labels`);
  if (!(Number.isInteger(folds) && folds >= 2 && folds <= 255))
    throw new RangeError(`${folds} is no number of folds`);
  const rows = Array.from(scores.keys()).filter(
    (row) => Number.isFinite(scores[row]) && (labels[row] === 0 || labels[row] === 1),
  );
  const [x, y] = [Float64Array.from(rows, (row) => scores[row]), Uint8Array.from(rows, (row) => labels[row])];
  const positives = y.reduce((sum, label) => sum + label, 0);
  if (Math.min(positives, y.length - positives) < 2 * folds) return { needed: null, before: NaN, after: NaN };
  const before = calibrationError(kernel, x, y);
  const after = calibrationError(kernel, heldOut(kernel, x, y, foldsOf(kernel, y, folds, seed), folds), y);
  const needed = Number.isNaN(before) || (after < before && rocAuc(kernel, x, y).statistic <= separated);
  return { needed, before, after };
}

/** Each row calibrated by the map that never saw its fold. */
function heldOut(
  kernel: Kernel,
  scores: Float64Array,
  labels: Uint8Array,
  foldOf: Uint8Array,
  folds: number,
): Float64Array {
  const calibrated = new Float64Array(scores.length);
  for (let fold = 0; fold < folds; fold++) {
    const kept = scores.map((score, row) => (foldOf[row] === fold ? NaN : score));
    const map = fitIsotonic(calibrationCounts(kernel, kept, labels));
    scores.forEach((score, row) => {
      if (foldOf[row] === fold) calibrated[row] = isotonicAt(map, score);
    });
  }
  return calibrated;
}

/** Rows of each class are shuffled (Fisher and Yates 1938) and dealt in turn. */
function foldsOf(kernel: Kernel, labels: Uint8Array, folds: number, seed: number): Uint8Array {
  const random = randomSource(kernel, seed);
  const foldOf = new Uint8Array(labels.length);
  for (const label of [0, 1]) {
    const rows = Array.from(labels.keys()).filter((row) => labels[row] === label);
    for (let last = rows.length - 1; last > 0; last--) {
      const other = random.integer(last + 1);
      [rows[last], rows[other]] = [rows[other], rows[last]];
    }
    rows.forEach((row, place) => (foldOf[row] = place % folds));
  }
  return foldOf;
}

function calibrationError(kernel: Kernel, scores: Float64Array, labels: Uint8Array): number {
  const bins = equalCountBinsOf(scores, labels);
  return bins ? expectedCalibrationError(kernel, bins).statistic : NaN;
}
