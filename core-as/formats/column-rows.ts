/**
 * Batches that came as raw columns (binary or Arrow), held against a model's features. The rules are those of JSON rows,
 * by column instead of by value: a value that its feature cannot hold refuses its row, the others are kept, and where
 * every row is kept the columns pass through as they are.
 *
 * Numeric features take numbers (NaN is missing, infinities are counted apart); boolean ones booleans, 0 and 1;
 * categorical ones text, whole numbers and booleans.
 */
import { attributionFeatures } from "../domain/attributions.ts";
import { type CategoricalColumn, type Column, type Columns, selectRows } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Feature, reservedFields } from "../domain/model.ts";
import type { ParsedPredictions } from "./json-rows.ts";
import { refuseUnreadable } from "./raw-columns.ts";
import { readPredictionId, Refusals, type TimeRules } from "./row-reader.ts";
import { parseTimestamp } from "./timestamp.ts";

export function parsePredictionColumns(
  features: readonly Feature[],
  given: Columns,
  rules: TimeRules,
): ParsedPredictions {
  const { rows, columns } = given;
  const refusals = new Refusals(rows);
  const timesMs = checkedTimes(given, refusals, rules);
  const ids = readIds(columns.get("prediction_id"), rows, refusals);
  const whole = new Map<string, Column>();
  const unread = [...(given.unreadable?.keys() ?? [])];
  const read = [...features, ...attributionFeatures(features, new Set([...columns.keys(), ...unread]))];
  const known = new Set<string>([...reservedFields, ...read.map(({ name }) => name)]);
  refuseUnreadable(given, known);
  for (const feature of read) {
    const column = columns.get(feature.name);
    // A feature without a column counts as missing throughout.
    const fitted = column && fit(feature, column, refusals);
    if (fitted) whole.set(feature.name, fitted);
  }
  const rowIndex =
    refusals.count === 0 ? Int32Array.from({ length: rows }, (_, row) => row) : refusals.kept();
  const all: Columns = { rows, timesMs, columns: whole };
  return {
    columns: rowIndex.length === rows ? all : selectRows(all, rowIndex),
    predictionIds: rowIndex.length === rows ? ids : Array.from(rowIndex, (row) => ids[row]),
    rowIndex,
    errors: refusals.listed(),
    rejected: refusals.count,
    refusals: refusals.tally(timesMs),
    ignored: [...columns.keys(), ...unread].filter((name) => !known.has(name)).sort(),
  };
}

/** The times as they are; refuses rows whose time is missing, impossible, ahead of wall time or too old. */
function checkedTimes({ rows, timesMs }: Columns, refusals: Refusals, rules: TimeRules): Float64Array {
  if (timesMs === null) {
    for (let row = 0; row < rows; row++) refusals.refuse(row, "timestamp", "timestamp_missing");
    return new Float64Array(rows);
  }
  for (let row = 0; row < rows; row++) {
    const time = timesMs[row];
    if (Number.isNaN(time)) refusals.refuse(row, "timestamp", "timestamp_missing");
    else if (Number.isNaN(parseTimestamp(time))) refusals.refuse(row, "timestamp", "timestamp_invalid");
    else if (time > rules.nowMs + limits.aheadMs) refusals.refuse(row, "timestamp", "timestamp_ahead");
    else if (time < rules.oldestMs) refusals.refuse(row, "timestamp", "timestamp_too_old");
  }
  return timesMs;
}

function readIds(column: Column | undefined, rows: number, refusals: Refusals): (string | null)[] {
  const ids = new Array<string | null>(rows).fill(null);
  if (column === undefined) return ids;
  for (let row = 0; row < rows; row++) {
    const id = readPredictionId(valueAt(column, row));
    if (id === undefined) refusals.refuse(row, "prediction_id", "prediction_id_invalid");
    else ids[row] = id;
  }
  return ids;
}

function valueAt(column: Column, row: number): string | number | null {
  if (column.kind === "categorical")
    return column.codes[row] < 0 ? null : column.dictionary[column.codes[row]];
  return Number.isNaN(column.values[row]) ? null : column.values[row];
}

/** The column as the feature's kind, itself where it is of that kind already; null where it holds nothing. */
function fit({ name, type }: Feature, column: Column, refusals: Refusals): Column | null {
  if (type === "numeric") return column.kind === "numeric" ? column : onlyMissing(name, column, refusals);
  if (column.kind === "numeric")
    return type === "boolean"
      ? booleansOf(name, column.values, refusals)
      : wholeNumbersOf(name, column.values, refusals);
  return type === "boolean" ? booleanCategories(name, column, refusals) : shortEnough(name, column, refusals);
}

function onlyMissing(name: string, { codes }: CategoricalColumn, refusals: Refusals): null {
  for (let row = 0; row < codes.length; row++)
    if (codes[row] >= 0) refusals.refuse(row, name, "type_mismatch");
  return null;
}

function booleansOf(name: string, values: Float64Array, refusals: Refusals): CategoricalColumn {
  const codes = new Int32Array(values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    codes[row] = value === 0 || value === 1 ? value : -1;
    if (codes[row] < 0 && !Number.isNaN(value)) refusals.refuse(row, name, "type_mismatch");
  }
  return { kind: "categorical", codes, dictionary: ["false", "true"] };
}

function wholeNumbersOf(name: string, values: Float64Array, refusals: Refusals): CategoricalColumn {
  const known = new Map<number, number>();
  const codes = new Int32Array(values.length).fill(-1);
  for (let row = 0; row < values.length; row++) {
    // Without the sign of zero, which text does not have.
    const value = values[row] + 0;
    if (Number.isNaN(value)) continue;
    if (!Number.isSafeInteger(value)) {
      refusals.refuse(row, name, "type_mismatch");
      continue;
    }
    let code = known.get(value);
    if (code === undefined) known.set(value, (code = known.size));
    codes[row] = code;
  }
  return { kind: "categorical", codes, dictionary: Array.from(known.keys(), String) };
}

function booleanCategories(name: string, column: CategoricalColumn, refusals: Refusals): CategoricalColumn {
  refuseCodes(name, column, refusals, "type_mismatch", (text) => text !== "true" && text !== "false");
  return column;
}

function shortEnough(name: string, column: CategoricalColumn, refusals: Refusals): CategoricalColumn {
  refuseCodes(name, column, refusals, "category_too_long", ({ length }) => length > limits.categoryLength);
  return column;
}

/** Refuses the rows of unwanted categories; looks at rows only where there is such a category. */
function refuseCodes(
  name: string,
  { codes, dictionary }: CategoricalColumn,
  refusals: Refusals,
  code: "type_mismatch" | "category_too_long",
  unwanted: (text: string) => boolean,
): void {
  const refused = dictionary.map(unwanted);
  if (!refused.includes(true)) return;
  for (let row = 0; row < codes.length; row++) if (refused[codes[row]]) refusals.refuse(row, name, code);
}
