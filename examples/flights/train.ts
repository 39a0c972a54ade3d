/**
 * The delay model, really trained: will the flight arrive more than 15 minutes late? The reference weeks are scored out
 * of sample, each by trees that saw the other three, because a reference of scores on the model's own training rows
 * would look better than life and every honest day afterwards would look like drift.
 */
import { learnRates } from "./airport-rates.ts";
import { applyBinning, binTraining, learnBinning, type Binning } from "./binning.ts";
import { MINUTES_PER_DAY, referenceMinutes, referenceWeeks } from "./calendar.ts";
import type { FeatureColumns } from "./features.ts";
import type { Flights } from "./flights.ts";
import { baseRate, matchingThreshold, rocAuc, SCORE_SCALE } from "./metrics.ts";
import { growForest, predict, treeOptions, type Forest, type TreeOptions } from "./trees.ts";

export const LATE_MINUTES = 15;

export interface DelayModel {
  binning: Binning;
  forest: Forest;
}

export interface Training {
  /** Trained on all reference weeks: scores what comes after. */
  model: DelayModel;
  /** Out-of-sample scores of the reference rows, in 1/`SCORE_SCALE`, by row. */
  crossFitted: Uint16Array;
  /** A score from here on is called late (see `matchingThreshold`). */
  threshold: number;
  auc: number;
  baseRate: number;
}

export function lateOf(delay: Int16Array): Uint8Array {
  return Uint8Array.from(delay, (minutes) => (minutes > LATE_MINUTES ? 1 : 0));
}

export const weekOfMinute = (minute: number): number => Math.floor(minute / (7 * MINUTES_PER_DAY));

/**
 * Cross-fits over the reference weeks, then fits on all of them.
 * @param onProgress steps done of `steps`, one a tree
 */
export function train(
  flights: Flights,
  columns: FeatureColumns,
  onProgress: (done: number, steps: number) => void = () => {},
  options: TreeOptions = treeOptions,
): Training {
  const late = lateOf(flights.delay);
  let rows = 0;
  while (rows < flights.rows && flights.minute[rows] < referenceMinutes) rows++;
  const crossFitted = new Uint16Array(rows);
  const steps = (referenceWeeks + 1) * options.trees;
  const weeks = Array.from({ length: referenceWeeks }, (_, week) => week);
  for (const held of weeks) {
    const others = weeks.filter((week) => week !== held);
    const report = (done: number): void => onProgress(held * options.trees + done, steps);
    const model = fit(flights, columns, late, others, options, report);
    const heldRows = rowsOf(flights, rows, [held]);
    const scores = scoreRows(model, columns, heldRows);
    for (let at = 0; at < heldRows.length; at++) crossFitted[heldRows[at]] = scores[at];
  }
  const report = (done: number): void => onProgress(referenceWeeks * options.trees + done, steps);
  const model = fit(flights, columns, late, weeks, options, report);
  const known = late.subarray(0, rows);
  return {
    model,
    crossFitted,
    threshold: matchingThreshold(crossFitted, known),
    auc: rocAuc(crossFitted, known),
    baseRate: baseRate(known),
  };
}

/** Scores of any rows, in 1/`SCORE_SCALE`. In blocks, so that the bins stay in the cache. */
export function scoreRows(
  { binning, forest }: DelayModel,
  columns: FeatureColumns,
  rows: Uint32Array,
  onProgress: (done: number) => void = () => {},
): Uint16Array {
  const scores = new Uint16Array(rows.length);
  const block = 16_384;
  for (let from = 0; from < rows.length; from += block) {
    const part = rows.subarray(from, from + block);
    const probabilities = predict(forest, applyBinning(binning, columns, part));
    for (let at = 0; at < part.length; at++) scores[from + at] = Math.round(probabilities[at] * SCORE_SCALE);
    if (((from / block) & 15) === 0) onProgress(from);
  }
  return scores;
}

function fit(
  flights: Flights,
  columns: FeatureColumns,
  late: Uint8Array,
  weeks: readonly number[],
  options: TreeOptions,
  onTree: (done: number) => void,
): DelayModel {
  const rows = rowsOf(flights, flights.rows, weeks);
  const weekOf = (row: number): number => weekOfMinute(flights.minute[row]);
  const rates = learnRates(columns, late, rows, flights.codes.length, weeks, weekOf);
  const binning = learnBinning(columns, rows, rates);
  const binned = binTraining(binning, columns, rows, rates, weekOf);
  const labels = Uint8Array.from(rows, (row) => late[row]);
  return { binning, forest: growForest(binned, labels, options, onTree) };
}

function rowsOf(flights: Flights, end: number, weeks: readonly number[]): Uint32Array {
  const rows: number[] = [];
  for (let row = 0; row < end; row++) if (weeks.includes(weekOfMinute(flights.minute[row]))) rows.push(row);
  return Uint32Array.from(rows);
}
