/**
 * What a model answered and what turned out to be true: the rows by which realised performance is measured. Predictions
 * are kept in packed logs as [predicted, …scores, …segment codes, time, sendings] until their labels come (id-log.ts),
 * labels as [time known, label, 1 where that time is on the model's clock].
 */
import type { Column, Columns } from "./columns.ts";
import { entryOf, type IdLog } from "./id-log.ts";
import { classesOf, type Feature, type ModelConfig, type Task } from "./model.ts";

/** Rows whose label is known. Row r's scores are `scores[r * scoresPerRow …]`. */
export interface Outcomes {
  task: Task;
  /** In the order of the class indices; empty for regression. */
  classes: readonly string[];
  rows: number;
  /** Probabilities in [0, 1], NaN where the model gave none: of true (binary), or of each class (multiclass). */
  scores: Float64Array;
  /** 1 for a binary model with a score, one a class for a multiclass model with all of them, else 0. */
  scoresPerRow: number;
  /** Class index, or the value of a regression. */
  predicted: Float64Array;
  /** Class index, or the value of a regression. */
  labels: Float64Array;
  /** From the prediction to the time its label was known, in ms; NaN where nobody says. */
  delaysMs: Float64Array;
}

/** What of a model says how it answers. */
export type Answering = Pick<ModelConfig, "task" | "classes" | "features">;

/** Features that hold scores, in the order of the classes; none where a class has no score. */
export function scoreFeatures({ task, classes, features }: Answering): Feature[] {
  const scores = features.filter(({ role }) => role === "score");
  if (task === "binary") return scores;
  if (task === "regression") return [];
  const ordered = classes.flatMap((name) => scores.find((score) => score.class === name) ?? []);
  return ordered.length === classes.length ? ordered : [];
}

export interface Answers {
  scores: Float64Array;
  scoresPerRow: number;
  /** NaN where there is neither an answer nor a score: such rows cannot be judged. */
  predicted: Float64Array;
}

/** What the model answered in each row: its prediction or, without one, the class that its scores favour. */
export function answersOf(model: Answering, columns: Columns): Answers {
  const scored = scoreFeatures(model);
  const scoresPerRow = scored.length;
  const scores = new Float64Array(columns.rows * scoresPerRow).fill(NaN);
  scored.forEach(({ name }, place) => {
    const column = columns.columns.get(name);
    if (column?.kind !== "numeric") return;
    for (let row = 0; row < columns.rows; row++) {
      const value = column.values[row];
      if (value >= 0 && value <= 1) scores[row * scoresPerRow + place] = value;
    }
  });
  const feature = model.features.find(({ role }) => role === "prediction");
  const given = feature && columns.columns.get(feature.name);
  const predicted = given ? valuesOf(model, given, columns.rows) : new Float64Array(columns.rows).fill(NaN);
  for (let row = 0; row < columns.rows; row++)
    if (Number.isNaN(predicted[row])) predicted[row] = favoured(scores, row * scoresPerRow, scoresPerRow);
  return { scores, scoresPerRow, predicted };
}

/** Class indices, or numbers as they are; NaN where there is no finite number and no class of the model. */
function valuesOf(model: Answering, column: Column, rows: number): Float64Array {
  const values = new Float64Array(rows).fill(NaN);
  if (column.kind === "numeric") {
    for (let row = 0; row < rows; row++)
      if (Number.isFinite(column.values[row])) values[row] = column.values[row];
    return values;
  }
  const classes = classesOf(model);
  const indexOf = column.dictionary.map((value) => classes.indexOf(value));
  for (let row = 0; row < rows; row++) {
    const code = column.codes[row];
    if (code >= 0 && indexOf[code] >= 0) values[row] = indexOf[code];
  }
  return values;
}

/** One probability: true from one half on. Several: the first of the largest. None, or one missing: no class. */
function favoured(scores: Float64Array, from: number, count: number): number {
  for (let place = 0; place < count; place++) if (Number.isNaN(scores[from + place])) return NaN;
  if (count === 0) return NaN;
  if (count === 1) return scores[from] >= 0.5 ? 1 : 0;
  let best = 0;
  for (let place = 1; place < count; place++) if (scores[from + place] > scores[from + best]) best = place;
  return best;
}

/**
 * Numbers of one entry in a model's prediction log; the last two are its event time in epoch milliseconds and how often it
 * was sent: not at all where a sender only repeated it beside its label.
 */
export function predictionWidth(model: Answering & Pick<ModelConfig, "segments">): number {
  return 1 + scoreFeatures(model).length + model.segments.length + 2;
}

/** Sendings of ids that were sent before. */
export function repeatedSendings(predictions: IdLog): number {
  let repeated = 0;
  for (let entry = 0; entry < predictions.hi.length; entry++)
    repeated += Math.max(0, predictions.values[(entry + 1) * predictions.width - 1] - 1);
  return repeated;
}

/** Where an entry holds the codes of its segments, in the order of the cuts. */
export function segmentsAt(model: Answering): number {
  return 1 + scoreFeatures(model).length;
}

/**
 * Outcomes of joined entries: `inPredictions[i]` and `inLabels[i]` are the same row's places in the two logs. Rows come in
 * the order of their predictions' times (at one time, of their ids' hashes), whatever order they arrived in.
 */
export function outcomesOf(
  model: Answering,
  predictions: IdLog,
  labels: IdLog,
  { inPredictions, inLabels }: { inPredictions: ArrayLike<number>; inLabels: ArrayLike<number> },
): Outcomes {
  const rows = inPredictions.length;
  const scoresPerRow = scoreFeatures(model).length;
  const outcomes = emptyOutcomes(model, rows);
  const timeOf = (pair: number): number =>
    predictions.values[(inPredictions[pair] + 1) * predictions.width - 2];
  const order = Int32Array.from({ length: rows }, (_, pair) => pair).sort(
    (a, b) => timeOf(a) - timeOf(b) || a - b,
  );
  for (let row = 0; row < rows; row++) {
    const pair = order[row];
    const entry = entryOf(predictions, inPredictions[pair]);
    outcomes.predicted[row] = entry[0];
    for (let place = 0; place < scoresPerRow; place++)
      outcomes.scores[row * scoresPerRow + place] = entry[1 + place];
    const [knownMs, label, timed] = entryOf(labels, inLabels[pair]);
    outcomes.labels[row] = label;
    outcomes.delaysMs[row] = timed === 1 ? knownMs - entry[predictions.width - 2] : NaN;
  }
  return outcomes;
}

/** Outcomes of rows that come with their labels, as a reference's do; rows without either are left out. */
export function outcomesOfRows(
  model: Answering,
  columns: Columns,
  labels: Float64Array,
): { outcomes: Outcomes; rows: Int32Array } {
  const { scores, scoresPerRow, predicted } = answersOf(model, columns);
  const kept: number[] = [];
  for (let row = 0; row < columns.rows; row++)
    if (!Number.isNaN(labels[row]) && !Number.isNaN(predicted[row])) kept.push(row);
  const outcomes = emptyOutcomes(model, kept.length);
  kept.forEach((from, row) => {
    outcomes.predicted[row] = predicted[from];
    outcomes.labels[row] = labels[from];
    for (let place = 0; place < scoresPerRow; place++)
      outcomes.scores[row * scoresPerRow + place] = scores[from * scoresPerRow + place];
    outcomes.delaysMs[row] = NaN;
  });
  return { outcomes, rows: Int32Array.from(kept) };
}

/** The rows at the given places. */
export function selectOutcomes(outcomes: Outcomes, places: ArrayLike<number>): Outcomes {
  const { scoresPerRow } = outcomes;
  const pick = (values: Float64Array): Float64Array => Float64Array.from(places, (from) => values[from]);
  const scores = new Float64Array(places.length * scoresPerRow);
  for (let row = 0; row < places.length; row++)
    for (let place = 0; place < scoresPerRow; place++)
      scores[row * scoresPerRow + place] = outcomes.scores[places[row] * scoresPerRow + place];
  return {
    ...outcomes,
    rows: places.length,
    scores,
    predicted: pick(outcomes.predicted),
    labels: pick(outcomes.labels),
    delaysMs: pick(outcomes.delaysMs),
  };
}

/** One after the other. */
export function joinOutcomes(model: Answering, parts: readonly Outcomes[]): Outcomes {
  const whole = emptyOutcomes(
    model,
    parts.reduce((sum, { rows }) => sum + rows, 0),
  );
  let row = 0;
  for (const part of parts) {
    whole.scores.set(part.scores, row * whole.scoresPerRow);
    whole.predicted.set(part.predicted, row);
    whole.labels.set(part.labels, row);
    whole.delaysMs.set(part.delaysMs, row);
    row += part.rows;
  }
  return whole;
}

function emptyOutcomes(model: Answering, rows: number): Outcomes {
  const scoresPerRow = scoreFeatures(model).length;
  return {
    task: model.task,
    classes: classesOf(model),
    rows,
    scores: new Float64Array(rows * scoresPerRow),
    scoresPerRow,
    predicted: new Float64Array(rows),
    labels: new Float64Array(rows),
    delaysMs: new Float64Array(rows),
  };
}
