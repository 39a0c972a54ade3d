/**
 * What the decisions of a model with several classes were worth, from its confusion matrix: accuracy, Cohen's kappa,
 * Matthews' correlation, and precision, recall and F1 of each class and over all of them: `macro` is the plain mean over
 * the classes, `weighted` the mean by their true rows, and `micro` pools them, which with one label a row is accuracy.
 *
 * A class that was never predicted has no precision, one that never occurred no recall; alone they have no answer, in a
 * mean over classes they count 0, as in scikit-learn, or forgetting a class would improve the mean.
 *
 * Intervals: accuracy and each class's shares Wilson's; means over classes the delta method on the whole matrix, so that
 * it counts how classes take rows from each other. Cost: the size of the matrix. Edge cases: no answer without rows.
 */
import type { Kernel } from "../../kernel/api.ts";
import { cohensKappa, matthewsCorrelation } from "./agreement.ts";
import { fOne, shareMeasure } from "./binary-decisions.ts";
import { type ConfusionMatrix, type Margins, marginsOf } from "./confusion-matrix.ts";
import { deltaStandardError, type Measure, waldMeasure } from "./sampling-error.ts";

export interface ClassMeasures {
  precision: Measure;
  recall: Measure;
  f1: Measure;
}

export interface MulticlassDecisions {
  accuracy: Measure;
  kappa: Measure;
  mcc: Measure;
  byClass: ClassMeasures[];
  macro: ClassMeasures;
  micro: ClassMeasures;
  weighted: ClassMeasures;
}

export function multiclassDecisions(
  kernel: Kernel,
  matrix: ConfusionMatrix,
  level = 0.95,
): MulticlassDecisions {
  const margins = marginsOf(matrix);
  const { rows, agreed } = margins;
  const accuracy = shareMeasure(kernel, agreed, rows - agreed, level);
  const over = (weighted: boolean): ClassMeasures =>
    meansOverClasses(kernel, matrix, margins, weighted, level);
  return {
    accuracy,
    kappa: cohensKappa(kernel, matrix, level),
    mcc: matthewsCorrelation(kernel, matrix, level),
    byClass: Array.from({ length: matrix.classes }, (_, each) =>
      ofClass(kernel, matrix, margins, each, level),
    ),
    macro: over(false),
    micro: { precision: accuracy, recall: accuracy, f1: accuracy },
    // The true rows' weights cancel the denominators of recall.
    weighted: { ...over(true), recall: accuracy },
  };
}

function ofClass(
  kernel: Kernel,
  { classes, counts }: ConfusionMatrix,
  { labelled, predicted }: Margins,
  each: number,
  level: number,
): ClassMeasures {
  const hits = counts[each * classes + each];
  const share = (failures: number): Measure => shareMeasure(kernel, hits, failures, level);
  return {
    precision: share(predicted[each] - hits),
    recall: share(labelled[each] - hits),
    f1: fOne(share(labelled[each] + predicted[each] - 2 * hits)),
  };
}

/** Means over classes, and how far a row of true class i predicted as j moves them. */
function meansOverClasses(
  kernel: Kernel,
  { classes, counts }: ConfusionMatrix,
  { rows, labelled, predicted }: Margins,
  weighted: boolean,
  level: number,
): ClassMeasures {
  const hits = (each: number): number => counts[each * classes + each];
  const per = (numerator: number, denominator: number): number =>
    denominator > 0 ? numerator / denominator : 0;
  const weight = (each: number): number => (weighted ? labelled[each] / rows : 1 / classes);
  /** The mean of numerator/denominator over classes; both grow as a row joins the class's row, column or diagonal. */
  const mean = (
    times: number,
    denominator: (each: number) => number,
    inRow: number,
    inColumn: number,
  ): Measure => {
    if (!(rows > 0)) return waldMeasure(kernel, NaN, NaN, share, level);
    const values = Float64Array.from({ length: classes }, (_, each) =>
      per(times * hits(each), denominator(each)),
    );
    const slopes = counts.map((_, cell) => {
      const [i, j] = [Math.floor(cell / classes), cell % classes];
      const perRow = (each: number): number => weight(each) * per(rows, denominator(each));
      const byHit = i === j ? times * perRow(i) : 0;
      const byMargins = inRow * values[i] * perRow(i) + inColumn * values[j] * perRow(j);
      return byHit - byMargins + (weighted ? values[i] : 0);
    });
    const total = values.reduce((sum, value, each) => sum + weight(each) * value, 0);
    return waldMeasure(kernel, total, deltaStandardError(counts, slopes), share, level);
  };
  return {
    precision: mean(1, (each) => predicted[each], 0, 1),
    recall: mean(1, (each) => labelled[each], 1, 0),
    f1: mean(2, (each) => labelled[each] + predicted[each], 1, 1),
  };
}

const share = { least: 0, most: 1 };
