/**
 * JSON batches to columns. Types are strict, because a silent conversion would be counted as drift or hide it: numeric
 * features take numbers, boolean ones true, false, 1 and 0, categorical ones strings and whole numbers. null or a field
 * left out is missing.
 */
import { attributionFeatures } from "../domain/attributions.ts";
import type { Column, Columns } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Feature, reservedFields } from "../domain/model.ts";
import {
  readPredictionId,
  readTimes,
  type RefusalTally,
  Refusals,
  type RowError,
  type RowSource,
  rowSource,
  type TimeRules,
} from "./row-reader.ts";

export type PredictionBody = { rows: unknown[] } | { columns: Record<string, unknown[]> };

export interface ParsedPredictions {
  /** The rows that were kept, in the batch's order. */
  columns: Columns;
  predictionIds: (string | null)[];
  /** The place of each kept row in the batch. */
  rowIndex: Int32Array;
  errors: RowError[];
  rejected: number;
  /** Of all that were rejected. */
  refusals: RefusalTally;
  /** Fields that the model does not know. */
  ignored: string[];
}

export function parsePredictionRows(
  features: readonly Feature[],
  body: PredictionBody,
  rules: TimeRules,
): ParsedPredictions {
  const source = rowSource(body);
  const refusals = new Refusals(source.rows);
  for (let row = 0; row < source.rows; row++)
    if (!source.isObject(row)) refusals.refuse(row, null, "not_an_object");
  const times = readTimes(source, refusals, rules);
  const ids = readIds(source, refusals);
  const read = [...features, ...attributionFeatures(features, source.fields)];
  const whole = new Map(read.map((feature) => [feature.name, readFeature(feature, source, refusals)]));
  const rowIndex = refusals.kept();
  const known = new Set<string>([...reservedFields, ...whole.keys()]);
  return {
    columns: {
      rows: rowIndex.length,
      timesMs: keepNumbers(times, rowIndex),
      columns: new Map([...whole].map(([name, column]) => [name, keepRows(column, rowIndex)])),
    },
    predictionIds: Array.from(rowIndex, (row) => ids[row]),
    rowIndex,
    errors: refusals.listed(),
    rejected: refusals.count,
    refusals: refusals.tally(times),
    ignored: [...source.fields].filter((field) => !known.has(field)).sort(),
  };
}

/** Rows to profile a reference from: the same types, but a time is optional (none has one, or all need one). */
export function parseReferenceRows(features: readonly Feature[], body: PredictionBody): ParsedPredictions {
  const source = rowSource(body);
  if (source.fields.has("timestamp"))
    return parsePredictionRows(features, body, { nowMs: Infinity, oldestMs: -Infinity });
  const columns = { timestamp: Array.from({ length: source.rows }, () => 0) };
  const timed: PredictionBody =
    "columns" in body
      ? { columns: { ...body.columns, ...columns } }
      : {
          rows: body.rows.map((row) =>
            typeof row === "object" && row !== null ? { ...row, timestamp: 0 } : row,
          ),
        };
  const parsed = parsePredictionRows(features, timed, { nowMs: Infinity, oldestMs: -Infinity });
  return { ...parsed, columns: { ...parsed.columns, timesMs: null } };
}

export function readIds(
  source: RowSource,
  refusals: Refusals,
  required: (row: number) => boolean = () => false,
): (string | null)[] {
  return Array.from({ length: source.rows }, (_, row) => {
    if (refusals.refused[row]) return null;
    const id = readPredictionId(source.get(row, "prediction_id"));
    if (id === undefined || (id === null && required(row))) {
      refusals.refuse(row, "prediction_id", "prediction_id_invalid");
      return null;
    }
    return id;
  });
}

function readFeature(feature: Feature, source: RowSource, refusals: Refusals): Column {
  if (feature.type === "numeric") return readNumbers(feature.name, source, refusals);
  return feature.type === "boolean"
    ? readBooleans(feature.name, source, refusals)
    : readCategories(feature.name, source, refusals);
}

function readNumbers(name: string, source: RowSource, refusals: Refusals): Column {
  const values = new Float64Array(source.rows);
  for (let row = 0; row < source.rows; row++) {
    if (refusals.refused[row]) continue;
    const value = source.get(row, name);
    if (typeof value === "number") values[row] = value;
    else if (value === null || value === undefined) values[row] = NaN;
    else refusals.refuse(row, name, "type_mismatch");
  }
  return { kind: "numeric", values };
}

/** 0, 1, or undefined for what is no boolean. */
export function booleanCode(value: unknown): 0 | 1 | undefined {
  if (value === true || value === 1) return 1;
  return value === false || value === 0 ? 0 : undefined;
}

function readBooleans(name: string, source: RowSource, refusals: Refusals): Column {
  const codes = new Int32Array(source.rows).fill(-1);
  for (let row = 0; row < source.rows; row++) {
    if (refusals.refused[row]) continue;
    const value = source.get(row, name);
    if (value === null || value === undefined) continue;
    const code = booleanCode(value);
    if (code === undefined) refusals.refuse(row, name, "type_mismatch");
    else codes[row] = code;
  }
  return { kind: "categorical", codes, dictionary: ["false", "true"] };
}

function readCategories(name: string, source: RowSource, refusals: Refusals): Column {
  const codes = new Int32Array(source.rows).fill(-1);
  const known = new Map<string, number>();
  for (let row = 0; row < source.rows; row++) {
    if (refusals.refused[row]) continue;
    const value = source.get(row, name);
    if (value === null || value === undefined) continue;
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (typeof text !== "string") refusals.refuse(row, name, "type_mismatch");
    else if (text.length > limits.categoryLength) refusals.refuse(row, name, "category_too_long");
    else {
      let code = known.get(text);
      if (code === undefined) known.set(text, (code = known.size));
      codes[row] = code;
    }
  }
  return { kind: "categorical", codes, dictionary: [...known.keys()] };
}

export function keepNumbers(values: Float64Array, rows: Int32Array): Float64Array {
  return rows.length === values.length ? values : Float64Array.from(rows, (row) => values[row]);
}

function keepRows(column: Column, rows: Int32Array): Column {
  if (column.kind === "numeric") return { kind: "numeric", values: keepNumbers(column.values, rows) };
  if (rows.length === column.codes.length) return column;
  return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) };
}
