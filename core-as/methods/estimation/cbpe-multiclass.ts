/**
 * Confidence-based performance estimation for a model of several classes. Each class has its own isotonic map from the
 * model's probability to a calibrated one (one against the rest; Zadrozny and Elkan 2002), and each row's calibrated
 * probabilities are scaled to add up to 1. A row predicted j with probability c of being k then adds c to cell (k, j) of
 * the expected confusion matrix, from which accuracy and the averages over classes follow. The area under the ROC curve
 * is that of each class against the rest, ordered by the model's own probability of it, averaged.
 *
 * A row's scaled probabilities need all its scores at once, so here the reference's maps come first and rows are added
 * up under them: the expected confusion matrix, and for each class the mass by score. Both merge by addition, and
 * `intoFixedCells` keeps the second from growing.
 *
 * Where every map says 0, all classes are taken for equally likely, as scikit-learn does. A class without predictions has
 * precision 0 in the average, and one without anything F1 0, as in scikit-learn. Cost: a binary search for each row and
 * class, a sort for each class. Edge cases: a row with a probability that is missing or outside [0, 1], or with an
 * unknown prediction, counts in `unusable` only; no answer without usable rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type Result, result, undefinedResult } from "../result.ts";
import { type DecisionCells, isExact, mergeDecisions } from "./decision-cells.ts";
import { distinctValues } from "./distinct-values.ts";
import { positionOf } from "../../domain/position.ts";
import { expectedArea } from "./expected-area.ts";
import { calibrationCounts, fitIsotonic, type IsotonicMap, isotonicAt } from "./isotonic.ts";
import { noConceptDrift } from "./no-concept-drift.ts";

export interface MulticlassExpectation {
  classes: number;
  rows: number;
  unusable: number;
  /** Expected rows of true class k predicted as j, at k · classes + j. */
  confusion: Float64Array;
  /** For each class, by the model's probability of it: the mass of the class (`ones`) and of the rest (`zeros`). */
  masses: DecisionCells[];
}

export interface EstimatedMulticlass {
  rows: number;
  accuracy: Result;
  macroPrecision: Result;
  macroRecall: Result;
  macroSpecificity: Result;
  macroF1: Result;
  /** `low` and `high` bound the unknown order inside cells; the value itself when cells are single scores. */
  rocAuc: Result;
  assumption: string;
}

/**
 * A map for each class, from the labelled reference.
 * @param probabilities one column a class
 * @param labels the class's index; rows of none do not count
 */
export function fitMulticlass(
  kernel: Kernel,
  probabilities: readonly Float64Array[],
  labels: ArrayLike<number>,
): IsotonicMap[] {
  const known = Array.from(
    labels,
    (label) => Number.isInteger(label) && label >= 0 && label < probabilities.length,
  );
  return probabilities.map((column, k) =>
    fitIsotonic(
      calibrationCounts(
        kernel,
        column,
        Array.from(labels, (label, row) => (known[row] ? Number(label === k) : NaN)),
      ),
    ),
  );
}

/** @param maps one a class; null where the model's probability is calibrated already */
export function expectMulticlass(
  kernel: Kernel,
  maps: readonly (IsotonicMap | null)[],
  probabilities: readonly Float64Array[],
  predicted: ArrayLike<number>,
): MulticlassExpectation {
  const classes = probabilities.length;
  if (classes < 2 || maps.length !== classes)
    throw new RangeError(`${maps.length} maps for ${classes} classes`);
  if (probabilities.some((column) => column.length !== predicted.length))
    throw new RangeError(`${predicted.length} predictions against columns of other lengths`);
  const calibrated = probabilities.map(() => new Float64Array(predicted.length));
  const confusion = new Float64Array(classes * classes);
  const ofRow = new Float64Array(classes);
  let rows = 0;
  for (let row = 0; row < predicted.length; row++) {
    for (let k = 0; k < classes; k++) ofRow[k] = probabilities[k][row];
    const shares = calibratedRow(maps, ofRow);
    const j = predicted[row];
    const usable = shares !== null && Number.isInteger(j) && j >= 0 && j < classes;
    if (usable) rows++;
    for (let k = 0; k < classes; k++) {
      calibrated[k][row] = usable ? shares[k] : NaN;
      if (usable) confusion[k * classes + j] += shares[k];
    }
  }
  const masses = probabilities.map((column, k) => massesOf(kernel, column, calibrated[k]));
  return { classes, rows, unusable: predicted.length - rows, confusion, masses };
}

export function mergeExpectations(a: MulticlassExpectation, b: MulticlassExpectation): MulticlassExpectation {
  if (a.classes !== b.classes) throw new RangeError(`${a.classes} classes against ${b.classes}`);
  return {
    classes: a.classes,
    rows: a.rows + b.rows,
    unusable: a.unusable + b.unusable,
    confusion: a.confusion.map((mass, cell) => mass + b.confusion[cell]),
    masses: a.masses.map((cells, k) => mergeDecisions(cells, b.masses[k])),
  };
}

export function estimateMulticlass({
  classes,
  rows,
  confusion,
  masses,
}: MulticlassExpectation): EstimatedMulticlass {
  const averages = { precision: 0, recall: 0, specificity: 0, f1: 0, low: 0, middle: 0, high: 0 };
  let agreed = 0;
  for (let k = 0; k < classes; k++) {
    let [labelled, predicted] = [0, 0];
    for (let j = 0; j < classes; j++) {
      labelled += confusion[k * classes + j];
      predicted += confusion[j * classes + k];
    }
    const tp = confusion[k * classes + k];
    const ratio = (part: number, of: number): number => (of > 0 ? part / of : 0) / classes;
    agreed += tp;
    averages.precision += ratio(tp, predicted);
    averages.recall += ratio(tp, labelled);
    averages.specificity += ratio(rows - labelled - predicted + tp, rows - labelled);
    averages.f1 += ratio(2 * tp, labelled + predicted);
    const area = expectedArea(masses[k].zeros, masses[k].ones);
    averages.low += area.low / classes;
    averages.middle += area.middle / classes;
    averages.high += area.high / classes;
  }
  const answer = (value: number): Result => (rows > 0 ? result(value) : { ...undefinedResult });
  const { low, middle, high } = averages;
  return {
    rows,
    accuracy: answer(agreed / rows),
    macroPrecision: answer(averages.precision),
    macroRecall: answer(averages.recall),
    macroSpecificity: answer(averages.specificity),
    macroF1: answer(averages.f1),
    rocAuc: result(middle, masses.every(isExact) ? { low: middle, high: middle } : { low, high }),
    assumption: noConceptDrift,
  };
}

/** A row's calibrated probabilities from its scores, adding up to 1; null where one of them is not known. */
export function calibratedRow(
  maps: readonly (IsotonicMap | null)[],
  scores: Float64Array,
): Float64Array | null {
  const shares = new Float64Array(scores.length);
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    const map = maps[k];
    const share = map && scores[k] >= 0 && scores[k] <= 1 ? isotonicAt(map, scores[k]) : scores[k];
    if (!(share >= 0 && share <= 1)) return null;
    shares[k] = share;
    sum += share;
  }
  for (let k = 0; k < shares.length; k++) shares[k] = sum > 0 ? shares[k] / sum : 1 / shares.length;
  return shares;
}

/** Mass by score of the rows whose calibrated probability is known. */
function massesOf(kernel: Kernel, scores: Float64Array, calibrated: Float64Array): DecisionCells {
  const lowest = distinctValues(
    kernel,
    scores.map((score, row) => (Number.isNaN(calibrated[row]) ? NaN : score)),
  );
  const [zeros, ones] = [new Float64Array(lowest.length), new Float64Array(lowest.length)];
  calibrated.forEach((share, row) => {
    if (Number.isNaN(share)) return;
    const at = positionOf(lowest, scores[row]);
    ones[at] += share;
    zeros[at] += 1 - share;
  });
  return { lowest, highest: lowest, zeros, ones };
}
