/**
 * How far predictions and labels agree beyond what their shares alone would give, for any number of classes.
 *
 * - Cohen's kappa (1960): the share of agreement above chance, (p_o − p_e)/(1 − p_e).
 * - Matthews' correlation (1975), for more than two classes Gorodkin's R_K (2004): the correlation of the two codings.
 *
 * Both are 1 when all rows agree and 0 when labels and predictions are independent. Intervals: the delta method on the
 * matrix (for kappa that is the large-sample error of Fleiss, Cohen and Everitt 1969), none where all rows agree. Cost:
 * the size of the matrix. Edge cases: no answer without rows; no kappa where labels and predictions are all one class;
 * no correlation as soon as either of them is. scikit-learn calls the latter 0.
 */
import type { Kernel } from "../../kernel/api.ts";
import { type ConfusionMatrix, marginsOf } from "./confusion-matrix.ts";
import { deltaStandardError, type Measure, waldMeasure } from "./sampling-error.ts";

const correlations = { least: -1, most: 1 };

export function cohensKappa(kernel: Kernel, matrix: ConfusionMatrix, level = 0.95): Measure {
  const { rows, agreed, labelled, predicted } = marginsOf(matrix);
  const byChance = labelled.reduce((sum, count, each) => sum + count * predicted[each], 0);
  // Everything times n², so that sums of counts stay whole.
  const room = rows * rows - byChance;
  if (!(rows > 0 && room > 0)) return waldMeasure(kernel, NaN, NaN, correlations, level);
  const kappa = (rows * agreed - byChance) / room;
  const left = room / rows / rows;
  const disagreed = (rows - agreed) / rows;
  const slopes = slopesOf(
    matrix,
    (i, j) => (i === j ? 1 / left : 0) - (disagreed * (predicted[i] + labelled[j])) / rows / (left * left),
  );
  return waldMeasure(kernel, kappa, deltaStandardError(matrix.counts, slopes), correlations, level);
}

export function matthewsCorrelation(kernel: Kernel, matrix: ConfusionMatrix, level = 0.95): Measure {
  const { rows, agreed, labelled, predicted } = marginsOf(matrix);
  const together = labelled.reduce((sum, count, each) => sum + count * predicted[each], 0);
  const inLabels = rows * rows - labelled.reduce((sum, count) => sum + count * count, 0);
  const inPredicted = rows * rows - predicted.reduce((sum, count) => sum + count * count, 0);
  if (!(rows > 0 && inLabels > 0 && inPredicted > 0))
    return waldMeasure(kernel, NaN, NaN, correlations, level);
  const scale = Math.sqrt(inLabels) * Math.sqrt(inPredicted);
  const correlation = (rows * agreed - together) / scale;
  // Slopes by share: the counts' sums are n² times the shares', their slopes n times.
  const slopes = slopesOf(matrix, (i, j) => {
    const withBoth = ((i === j ? rows : 0) - predicted[i] - labelled[j]) / scale;
    return rows * (withBoth + correlation * (labelled[i] / inLabels + predicted[j] / inPredicted));
  });
  const standardError = deltaStandardError(matrix.counts, slopes);
  return waldMeasure(kernel, Math.max(-1, Math.min(1, correlation)), standardError, correlations, level);
}

function slopesOf(
  { classes, counts }: ConfusionMatrix,
  slope: (i: number, j: number) => number,
): Float64Array {
  return counts.map((_, cell) => slope(Math.floor(cell / classes), cell % classes));
}
