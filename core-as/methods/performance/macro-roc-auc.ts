/**
 * ROC-AUC for several classes: each class against all others by its own probability (one against the rest), averaged over
 * the classes. Every class counts the same, however rare it is.
 *
 * Standard error: DeLong, DeLong and Clarke-Pearson (1988), who give the covariance of areas on the same rows: what a row
 * adds to each class's area is summed before it is squared. Interval as in roc-auc.ts. From score cells the order inside
 * a cell is open, so the area comes as an exact interval of its own, and its error as the mean of the classes' errors,
 * which is never too small.
 *
 * Cost: one sort a class. Edge cases: rows with a missing probability are left out. No answer when a class has no rows, or
 * all of them; no interval when a class has one row, whose variation cannot be seen.
 */
import type { Kernel } from "../../kernel/api.ts";
import { result } from "../result.ts";
import { type ClassScores, oneAgainstRest } from "./one-against-rest.ts";
import { areaOf, winsOf } from "./roc-auc.ts";
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { groupOf, rowsByClass } from "./score-groups.ts";
import { type CellMeasure, rocAucOfCells, type ScoreCells } from "./score-cells.ts";

/** @param probabilities one row after the other, each with one entry a class */
export function macroRocAuc(
  kernel: Kernel,
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  level = 0.95,
): Measure {
  return macroRocAucOfClasses(kernel, oneAgainstRest(probabilities, labels, classes), level);
}

export function macroRocAucOfClasses(kernel: Kernel, classes: readonly ClassScores[], level = 0.95): Measure {
  const rows = classes[0]?.labels.length ?? 0;
  const moved = new Float64Array(rows);
  let sum = 0;
  for (const { scores, labels, groups } of classes) {
    const area = areaOf(groups, 0.5);
    const wins = winsOf(groups);
    const { negatives, positives } = rowsByClass(groups);
    const [byHigh, byLow] = [spreadBy(positives), spreadBy(negatives)];
    for (let row = 0; row < rows; row++) {
      const group = groupOf(groups, scores[row]);
      moved[row] +=
        labels[row] === 1
          ? (wins.ofPositives[group] - area) * byHigh
          : (wins.ofNegatives[group] - area) * byLow;
    }
    sum += area;
  }
  const area = sum / classes.length;
  if (Number.isNaN(area)) return { ...undefinedMeasure };
  const squares = moved.reduce((total, x) => total + (x / classes.length) * (x / classes.length), 0);
  return logitMeasure(kernel, area, Math.sqrt(squares), level);
}

/** Squared and summed over a side's rows: the variance of the mean of its wins. One row has none to show. */
function spreadBy(rows: number): number {
  return rows > 1 ? 1 / Math.sqrt(rows * (rows - 1)) : NaN;
}

/** @param cells each class's own probability in cells, its rows as positives and all others as negatives */
export function macroRocAucOfCells(kernel: Kernel, cells: ScoreCells[], level = 0.95): CellMeasure {
  const areas = cells.map((each) => rocAucOfCells(kernel, each, level));
  const mean = (of: (area: CellMeasure) => number): number =>
    areas.reduce((sum, area) => sum + of(area), 0) / areas.length;
  const [area, low, high] = [
    mean(({ statistic }) => statistic),
    mean((each) => each.low ?? NaN),
    mean((each) => each.high ?? NaN),
  ];
  if (Number.isNaN(area)) return { ...undefinedMeasure, samplingLow: null, samplingHigh: null };
  const standardError = mean((each) => each.standardError);
  return {
    ...result(area, { low, high }),
    standardError,
    samplingLow: logitMeasure(kernel, low, standardError, level).low,
    samplingHigh: logitMeasure(kernel, high, standardError, level).high,
  };
}
