/**
 * The quick way from a JSON body's bytes to columns: the kernel parses the rows where they lie, and only distinct categories, ids
 * and written times become strings. Takes what nearly all senders send, rows of the same fields in the same order and without
 * white space; null for anything else and for any row that would be refused, which `parsePredictionRows` then reads and
 * names. What is taken is equal to what it gives. A body that is not taken costs both ways, at most.
 */
import { attributionFeatures } from "../domain/attributions.ts";
import type { Column } from "../domain/columns.ts";
import { limits } from "../domain/limits.ts";
import { type Feature, reservedFields } from "../domain/model.ts";
import type { JsonColumn, JsonField, Kernel } from "../kernel/api.ts";
import type { ParsedPredictions } from "./json-rows.ts";
import { readPredictionId, type TimeRules } from "./row-reader.ts";
import { parseTimestamp } from "./timestamp.ts";

export interface JsonFrame {
  /** The body's other fields, with no rows: what is left to check. */
  head: unknown;
  /** The array of rows, as sent. */
  rows: Uint8Array;
}

/** The two texts that a batch may have beside its rows are at most 255 characters long. */
const marginBytes = 1024;
const beforeRows = /^\{(?:"(?:batch_id|version)": ?"[ !#-[\]-~]*", ?)*"rows": ?(?=\[)/;
const afterRows = /\]((?:, ?"(?:batch_id|version)": ?"[ !#-[\]-~]*")*\}\s*)$/;

/** Finds the rows in a body without parsing them: `{"batch_id":"…","version":"…","rows":[…]}`, the texts also behind. */
export function findRows(body: Uint8Array): JsonFrame | null {
  const decoder = new TextDecoder();
  const before = beforeRows.exec(decoder.decode(body.subarray(0, marginBytes)));
  const after = afterRows.exec(decoder.decode(body.subarray(-marginBytes)));
  if (before === null || after === null) return null;
  // What matched is ASCII, and so as long in bytes.
  const rows = body.subarray(before[0].length, body.length - after[1].length);
  return rows.length < 2 ? null : { head: JSON.parse(`${before[0]}[]${after[1]}`), rows };
}

export function parsePredictionText(
  kernel: Kernel,
  features: readonly Feature[],
  text: Uint8Array,
  rules: TimeRules,
): ParsedPredictions | null {
  const first = firstRow(text);
  if (first === null) return null;
  const wanted = [...features, ...attributionFeatures(features, new Set(Object.keys(first)))];
  const types = new Map(wanted.map(({ name, type }) => [name, type]));
  const fields = Object.entries(first).map(([name, value]): JsonField => {
    // Rows that were predicted together say the same time.
    if (name === "timestamp") return { name, kind: typeof value === "number" ? "number" : "category" };
    if (name === "prediction_id") return { name, kind: typeof value === "number" ? "number" : "text" };
    const type = types.get(name);
    if (type === undefined) return { name, kind: "nothing" };
    return { name, kind: type === "numeric" ? "number" : type === "boolean" ? "flag" : "category" };
  });
  const read = kernel.readJsonRows(text, fields);
  if (read === null) return null;
  const { rows } = read;
  const byName = new Map(fields.map(({ name }, index) => [name, read.columns[index]]));
  const timesMs = timesOf(byName.get("timestamp"), rules);
  const predictionIds = idsOf(byName.get("prediction_id"), rows);
  if (timesMs === null || predictionIds === null) return null;
  const columns = new Map<string, Column>();
  for (const { name, type } of wanted) {
    const column = columnOf(type, byName.get(name), rows);
    if (column === null) return null;
    columns.set(name, column);
  }
  const known = new Set<string>([...reservedFields, ...types.keys()]);
  return {
    columns: { rows, timesMs, columns },
    predictionIds,
    rowIndex: upTo(rows),
    errors: [],
    rejected: 0,
    refusals: { rejected: {}, mismatched: {}, newestMs: null },
    ignored: [...byName.keys()].filter((name) => !known.has(name)).sort(),
  };
}

function upTo(rows: number): Int32Array {
  const places = new Int32Array(rows);
  for (let row = 0; row < rows; row++) places[row] = row;
  return places;
}

/** The first row, for its fields; the kernel then holds its own text to their order as well. */
function firstRow(text: Uint8Array): Record<string, unknown> | null {
  try {
    const row: unknown = JSON.parse(new TextDecoder().decode(text.subarray(1, text.indexOf(0x7d) + 1)));
    if (typeof row !== "object" || row === null || Array.isArray(row)) return null;
    return Object.hasOwn(row, "__proto__") ? null : (row as Record<string, unknown>);
  } catch {
    return null;
  }
}

function valuesOf(column: JsonColumn | undefined): ArrayLike<unknown> {
  if (column?.kind === "text") return column.texts;
  return column?.kind === "number" ? column.values : [];
}

function timesOf(column: JsonColumn | undefined, rules: TimeRules): Float64Array | null {
  if (column?.kind === "number") return parsedTimes(column.values, rules);
  if (column?.kind !== "category") return null;
  const known = parsedTimes(column.distinct, rules);
  if (known === null) return null;
  const times = new Float64Array(column.codes.length);
  for (let row = 0; row < times.length; row++) times[row] = known[column.codes[row]];
  return times;
}

/** Null where one of them is none, or not taken. */
function parsedTimes(said: ArrayLike<unknown>, rules: TimeRules): Float64Array | null {
  const times = new Float64Array(said.length);
  const latestMs = rules.nowMs + limits.aheadMs;
  for (let at = 0; at < said.length; at++) {
    const time = parseTimestamp(said[at]);
    if (!(time >= rules.oldestMs && time <= latestMs)) return null;
    times[at] = time;
  }
  return times;
}

function idsOf(column: JsonColumn | undefined, rows: number): (string | null)[] | null {
  const ids = new Array<string | null>(rows).fill(null);
  if (column === undefined) return ids;
  const values = valuesOf(column);
  for (let row = 0; row < rows; row++) {
    const value = values[row];
    // Of numbers, NaN stands for null.
    const id = Number.isNaN(value) ? null : readPredictionId(value);
    if (id === undefined) return null;
    ids[row] = id;
  }
  return ids;
}

function columnOf(type: Feature["type"], column: JsonColumn | undefined, rows: number): Column | null {
  if (type === "numeric")
    return {
      kind: "numeric",
      values: column?.kind === "number" ? column.values : new Float64Array(rows).fill(NaN),
    };
  const codes = new Int32Array(rows).fill(-1);
  if (type === "boolean") {
    const values = column?.kind === "flag" ? column.values : new Float64Array(rows).fill(NaN);
    for (let row = 0; row < rows; row++) {
      const value = values[row];
      if (value === 0 || value === 1) codes[row] = value;
      else if (!Number.isNaN(value)) return null;
    }
    return { kind: "categorical", codes, dictionary: ["false", "true"] };
  }
  if (column?.kind !== "category") return { kind: "categorical", codes, dictionary: [] };
  const dictionary = new Map<string, number>();
  const codeOf = new Int32Array(column.distinct.length);
  for (const [index, value] of column.distinct.entries()) {
    const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
    if (text !== null && (typeof text !== "string" || text.length > limits.categoryLength)) return null;
    if (text !== null && !dictionary.has(text)) dictionary.set(text, dictionary.size);
    codeOf[index] = text === null ? -1 : (dictionary.get(text) ?? -1);
  }
  for (let row = 0; row < rows; row++) codes[row] = codeOf[column.codes[row]];
  return { kind: "categorical", codes, dictionary: [...dictionary.keys()] };
}
