/**
 * Batches of labels to numbers: the index of a class, or the value of a regression. A label names its prediction by id and
 * may say when that was made; or it repeats the prediction with its time, and then nothing has to be joined.
 */
import { limits } from "../domain/limits.ts";
import { classesOf, type ModelConfig, reservedFields } from "../domain/model.ts";
import {
  booleanCode,
  keepNumbers,
  type ParsedPredictions,
  parsePredictionRows,
  type PredictionBody,
  readIds,
} from "./json-rows.ts";
import { Refusals, type RowError, type RowSource, rowSource, type TimeRules } from "./row-reader.ts";
import { parseTimestamp } from "./timestamp.ts";

export interface ParsedLabels {
  /** null where the row repeats its prediction and gives it no id. */
  predictionIds: (string | null)[];
  /** Class indices (binary: false, true), or numbers. */
  labels: Float64Array;
  /** NaN where the label does not say when its prediction was made. */
  predictionTimesMs: Float64Array;
  /** When the label became known; NaN where it does not say. */
  timesMs: Float64Array;
  /** The predictions that rows repeat, and of each its place among the labels. */
  direct: Pick<ParsedPredictions, "columns" | "predictionIds"> & { places: Int32Array };
  rowIndex: Int32Array;
  errors: RowError[];
  rejected: number;
  ignored: string[];
}

type LabelledModel = Pick<ModelConfig, "task" | "classes" | "features" | "segments">;

export function parseLabelRows(model: LabelledModel, body: PredictionBody, rules: TimeRules): ParsedLabels {
  const source = rowSource(body);
  const refusals = new Refusals(source.rows);
  const labels = new Float64Array(source.rows);
  const times = new Float64Array(source.rows).fill(NaN);
  const predictionTimes = new Float64Array(source.rows).fill(NaN);
  for (let row = 0; row < source.rows; row++) {
    if (!source.isObject(row)) {
      refusals.refuse(row, null, "not_an_object");
      continue;
    }
    const label = source.get(row, "label");
    const value = labelValue(model, label);
    if (label === undefined || label === null) refusals.refuse(row, "label", "label_missing");
    else if (value === null) refusals.refuse(row, "label", "label_invalid");
    else labels[row] = value;
    readOptionalTime(source, refusals, row, "timestamp", times);
    readOptionalTime(source, refusals, row, "prediction_timestamp", predictionTimes);
    if (predictionTimes[row] < rules.oldestMs)
      refusals.refuse(row, "prediction_timestamp", "timestamp_too_old");
    for (const [field, timeMs] of [
      ["timestamp", times[row]],
      ["prediction_timestamp", predictionTimes[row]],
    ] as const)
      if (timeMs > rules.nowMs + limits.aheadMs) refusals.refuse(row, field, "timestamp_ahead");
  }
  const answering = model.features.filter(({ role }) => role !== "feature");
  const repeats = (row: number): boolean =>
    refusals.refused[row] === 0 &&
    !Number.isNaN(predictionTimes[row]) &&
    answering.some(({ name }) => (source.get(row, name) ?? null) !== null);
  const direct = readDirect(model, source, refusals, predictionTimes, repeats, rules);
  const repeated = new Set(direct.rowIndex);
  const ids = readIds(source, refusals, (row) => !repeated.has(row));
  const rowIndex = refusals.kept();
  const known = new Set<string>([...reservedFields, ...model.features.map(({ name }) => name)]);
  return {
    predictionIds: Array.from(rowIndex, (row) => ids[row]),
    labels: keepNumbers(labels, rowIndex),
    predictionTimesMs: keepNumbers(predictionTimes, rowIndex),
    timesMs: keepNumbers(times, rowIndex),
    direct: {
      columns: direct.columns,
      predictionIds: direct.predictionIds,
      places: placesOf(direct, rowIndex),
    },
    rowIndex,
    errors: refusals.listed(),
    rejected: refusals.count,
    ignored: [...source.fields].filter((field) => !known.has(field)).sort(),
  };
}

function placesOf(direct: ParsedPredictions, rowIndex: Int32Array): Int32Array {
  const placeOf = new Map(Array.from(rowIndex, (row, place) => [row, place]));
  return direct.rowIndex.map((row) => placeOf.get(row) ?? -1);
}

/** Labels of a reference's rows, by the field `label`; NaN where there is none. Null when no row has one. */
export function parseReferenceLabels(
  model: Pick<ModelConfig, "task" | "classes">,
  body: PredictionBody,
): { labels: Float64Array; invalid: number } | null {
  const source = rowSource(body);
  if (!source.fields.has("label")) return null;
  const labels = new Float64Array(source.rows).fill(NaN);
  let invalid = 0;
  for (let row = 0; row < source.rows; row++) {
    const label = source.isObject(row) ? (source.get(row, "label") ?? null) : null;
    if (label === null) continue;
    const value = labelValue(model, label);
    if (value === null) invalid++;
    else labels[row] = value;
  }
  return { labels, invalid };
}

/** The number that a label stands for; null where it is none of the model's. */
export function labelValue(model: Pick<ModelConfig, "task" | "classes">, label: unknown): number | null {
  if (model.task === "binary") return booleanCode(label) ?? null;
  if (model.task === "regression") return typeof label === "number" && Number.isFinite(label) ? label : null;
  const text = typeof label === "number" && Number.isSafeInteger(label) ? String(label) : label;
  const index = typeof text === "string" ? classesOf(model).indexOf(text) : -1;
  return index < 0 ? null : index;
}

/** Predictions of the rows that repeat theirs, at the time it was made. What cannot be read refuses the whole row. */
function readDirect(
  { features, segments }: LabelledModel,
  source: RowSource,
  refusals: Refusals,
  predictionTimes: Float64Array,
  repeats: (row: number) => boolean,
  rules: TimeRules,
): ParsedPredictions {
  const rows = Array.from({ length: source.rows }, (_, row) => row).filter(repeats);
  const cuts = new Set(segments.map(({ field }) => field));
  const wanted = features.filter(({ name, role }) => role !== "feature" || cuts.has(name));
  const column = (field: string): unknown[] => rows.map((row) => source.get(row, field));
  const columns = {
    ...Object.fromEntries(wanted.map(({ name }) => [name, column(name)])),
    prediction_id: column("prediction_id"),
    timestamp: rows.map((row) => predictionTimes[row]),
  };
  const parsed = parsePredictionRows(wanted, { columns }, rules);
  const kept = new Set(parsed.rowIndex);
  const listed = new Map(parsed.errors.map((error) => [error.row, error]));
  rows.forEach((row, index) => {
    // Of very many errors only the first are listed; all refuse their rows.
    const { field, code } = listed.get(index) ?? { field: null, code: "type_mismatch" as const };
    if (!kept.has(index)) refusals.refuse(row, field, code);
  });
  return { ...parsed, rowIndex: Int32Array.from(parsed.rowIndex, (row) => rows[row]) };
}

function readOptionalTime(
  source: RowSource,
  refusals: Refusals,
  row: number,
  field: string,
  into: Float64Array,
): void {
  const value = source.get(row, field);
  if (value === undefined || value === null) return;
  into[row] = parseTimestamp(value);
  if (Number.isNaN(into[row])) refusals.refuse(row, field, "timestamp_invalid");
}
