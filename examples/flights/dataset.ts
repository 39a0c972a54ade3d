/**
 * The prepared flights as both models saw them, and their way onto the wire: columns of one hour, labels of one hour.
 */
import { HOUR_MS, MINUTE_MS } from "#core/domain/limits.ts";
import { epochMs, minuteToMs } from "./calendar.ts";
import { featureSpecs, MISSING, weekdays, type FeatureColumns, type FeatureSpec } from "./features.ts";
import { firstRowAt } from "./faults.ts";
import { SCORE_SCALE } from "./metrics.ts";
import { LATE_MINUTES } from "./train.ts";

export interface Dataset {
  rows: number;
  /** Departure in local minutes since 1 January 2001, ascending. */
  minute: Int32Array;
  /** Minutes late at arrival: what becomes known later. */
  delay: Int16Array;
  codes: string[];
  columns: FeatureColumns;
  /** In 1/10,000: out of sample in the reference weeks, by the final model after them. */
  scores: Uint16Array;
  /** The same rows with the faults in. */
  faulty: { columns: FeatureColumns; scores: Uint16Array };
  training: TrainingSummary;
}

export interface TrainingSummary {
  /** Area under the ROC curve of the out-of-sample scores of the reference. */
  auc: number;
  baseRate: number;
  /** Of the score, in [0, 1]. */
  threshold: number;
  /** Share of the final model's gain, in the order of `featureNames`. */
  importance: number[];
}

export type Variant = "as-flown" | "faulty";

/** Columns of the predictions API, in rows of the dataset. */
export type WireColumns = Record<string, (string | number | boolean | null)[]>;

/** The rows that left in one hour of event time. */
export function rowsOfHours(
  dataset: Dataset,
  fromMs: number,
  hours = 1,
): { start: number; end: number; fromMs: number } {
  const from = (fromMs - epochMs) / MINUTE_MS;
  const to = from + (hours * HOUR_MS) / MINUTE_MS;
  return { start: firstRowAt(dataset, from), end: firstRowAt(dataset, to), fromMs };
}

/** Row numbers never change, so neither do ids: a batch sent again is the same batch. */
export const predictionId = (row: number): string => `f${row}`;

export function predictionColumns(
  dataset: Dataset,
  variant: Variant,
  start: number,
  end: number,
): WireColumns {
  const { columns, scores } = variant === "faulty" ? dataset.faulty : dataset;
  const wire: WireColumns = {
    prediction_id: range(start, end, predictionId),
    timestamp: range(start, end, (row) => minuteToMs(dataset.minute[row])),
  };
  for (const spec of featureSpecs) wire[spec.name] = range(start, end, valueOf(dataset, columns, spec));
  wire.score = range(start, end, (row) => scores[row] / SCORE_SCALE);
  wire.delayed = range(start, end, (row) => scores[row] >= dataset.training.threshold * SCORE_SCALE);
  return wire;
}

/** What became of the flights. `known`: when we tell, a day later. */
export function labelColumns(dataset: Dataset, start: number, end: number, knownMs: number): WireColumns {
  return {
    prediction_id: range(start, end, predictionId),
    label: range(start, end, (row) => dataset.delay[row] > LATE_MINUTES),
    timestamp: range(start, end, () => knownMs),
    prediction_timestamp: range(start, end, (row) => minuteToMs(dataset.minute[row])),
  };
}

export function labelsOf(dataset: Dataset, start: number, end: number): boolean[] {
  return range(start, end, (row) => dataset.delay[row] > LATE_MINUTES);
}

function valueOf(
  { codes }: Dataset,
  columns: FeatureColumns,
  { name, scale }: FeatureSpec,
): (row: number) => string | number | null {
  const column = columns[name];
  const present = (row: number): boolean => column[row] !== MISSING;
  if (name === "weekday") return (row) => weekdays[column[row]];
  if (name === "origin" || name === "destination") return (row) => (present(row) ? codes[column[row]] : null);
  return (row) => (present(row) ? column[row] / scale : null);
}

function range<T>(start: number, end: number, at: (row: number) => T): T[] {
  const values = new Array<T>(end - start);
  for (let row = start; row < end; row++) values[row - start] = at(row);
  return values;
}
