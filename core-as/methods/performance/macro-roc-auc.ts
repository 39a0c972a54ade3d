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
import { logitMeasure, type Measure, undefinedMeasure } from "./sampling-error.ts";
import { type CellMeasure, rocAucOfCells, type ScoreCells } from "./score-cells.ts";

/** @param probabilities one row after the other, each with one entry a class */
export function macroRocAuc(
  kernel: Kernel,
  probabilities: Float64Array,
  labels: ArrayLike<number>,
  classes: number,
  level = 0.95,
): Measure {
  if (probabilities.length !== labels.length * classes)
    throw new RangeError(
      `${probabilities.length} probabilities of ${classes} classes, ${labels.length} labels`,
    );
  const rows = Array.from({ length: labels.length }, (_, row) => row).filter(
    (row) => !probabilities.subarray(row * classes, (row + 1) * classes).some(Number.isNaN),
  );
  const moved = new Float64Array(labels.length);
  let sum = 0;
  for (let each = 0; each < classes; each++)
    sum += addClass(rows, (row) => probabilities[row * classes + each], labels, each, moved);
  const area = sum / classes;
  if (Number.isNaN(area)) return { ...undefinedMeasure };
  const squares = moved.reduce((total, x) => total + (x / classes) * (x / classes), 0);
  return logitMeasure(kernel, area, Math.sqrt(squares), level);
}

/** The area of one class; adds to every row what it moves that area by, NaN where a side has one row only. */
function addClass(
  rows: number[],
  score: (row: number) => number,
  labels: ArrayLike<number>,
  each: number,
  moved: Float64Array,
): number {
  const sorted = [...rows].sort((a, b) => score(a) - score(b) || a - b);
  const positives = rows.filter((row) => labels[row] === each).length;
  const negatives = rows.length - positives;
  if (positives === 0 || negatives === 0) return NaN;
  /** The share of the other side that each row wins against. */
  const wins = new Float64Array(sorted.length);
  let [lowsBelow, highsBelow, area] = [0, 0, 0];
  for (let start = 0; start < sorted.length;) {
    let [end, highs] = [start, 0];
    while (end < sorted.length && score(sorted[end]) === score(sorted[start]))
      if (labels[sorted[end++]] === each) highs++;
    const lows = end - start - highs;
    const ofHigh = (lowsBelow + lows / 2) / negatives;
    const ofLow = (positives - highsBelow - highs / 2) / positives;
    for (let place = start; place < end; place++)
      wins[place] = labels[sorted[place]] === each ? ofHigh : ofLow;
    area += (highs * ofHigh) / positives;
    lowsBelow += lows;
    highsBelow += highs;
    start = end;
  }
  const [byHigh, byLow] = [spreadBy(positives), spreadBy(negatives)];
  sorted.forEach((row, place) => {
    moved[row] += (wins[place] - area) * (labels[row] === each ? byHigh : byLow);
  });
  return area;
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
