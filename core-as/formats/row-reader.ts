/**
 * Reads a batch of JSON rows or columns field by field. A bad field refuses its row, with a code that says why; the
 * other rows are kept.
 */
import { attributionField, attributionsField } from "../domain/attributions.ts";
import { rowErrors, type RowErrorCode } from "../domain/errors.ts";
import { limits } from "../domain/limits.ts";
import { attributionPrefix } from "../domain/model.ts";
import type { Refused } from "../domain/pane-quality.ts";
import type { PredictionBody } from "./json-rows.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Why a row was refused; `row` counts from 0, `line` (of formats that have lines) from 1. */
export interface RowError {
  row: number;
  field: string | null;
  code: RowErrorCode;
  message: string;
  line?: number;
}

export interface TimeRules {
  /** Wall time. Nothing can be from later, on a replay's clock neither: one such row would close every window. */
  nowMs: number;
  /** Rows before this are refused. */
  oldestMs: number;
}

/** Access to a field of a row, whichever way the batch lies. */
export interface RowSource {
  rows: number;
  fields: Set<string>;
  get(row: number, field: string): unknown;
  isObject(row: number): boolean;
}

export function rowSource(body: PredictionBody): RowSource {
  if ("columns" in body) {
    const columns = body.columns;
    const rows = Math.max(0, ...Object.values(columns).map((column) => column.length));
    const nested = Object.hasOwn(columns, attributionsField) ? columns[attributionsField] : [];
    return {
      rows,
      fields: new Set([...Object.keys(columns), ...attributionNames(nested)]),
      get: (row, field) =>
        Object.hasOwn(columns, field) ? columns[field][row] : nestedAttribution(nested[row], field),
      isObject: () => true,
    };
  }
  const rows = body.rows as Record<string, unknown>[];
  const fields = new Set<string>();
  const isObject = (row: number): boolean => isRecord(rows[row]);
  rows.forEach((value, row) => {
    if (isObject(row)) for (const field of Object.keys(value)) fields.add(field);
  });
  if (fields.has(attributionsField))
    for (const field of attributionNames(
      rows.map((_, row) => (isObject(row) ? rows[row][attributionsField] : null)),
    ))
      fields.add(field);
  return {
    rows: rows.length,
    fields,
    get: (row, field) =>
      Object.hasOwn(rows[row], field)
        ? rows[row][field]
        : nestedAttribution(rows[row][attributionsField], field),
    isObject,
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields that rows' `attributions: { feature: number }` stand for. */
function attributionNames(nested: readonly unknown[]): Set<string> {
  const names = new Set<string>();
  for (const value of nested)
    if (isRecord(value)) for (const feature of Object.keys(value)) names.add(attributionField(feature));
  return names;
}

function nestedAttribution(nested: unknown, field: string): unknown {
  if (nested === undefined || !field.startsWith(attributionPrefix) || !isRecord(nested)) return undefined;
  const feature = field.slice(attributionPrefix.length);
  return Object.hasOwn(nested, feature) ? nested[feature] : undefined;
}

/** All refusals of a batch, whereas its errors list the first hundred. */
export interface RefusalTally extends Refused {
  /** Greatest time of a row that was refused for something else; null where there is none. */
  newestMs: number | null;
}

/** Codes of rows whose time could be read: times come first, and the first error refuses a row. */
const afterTimes = new Set<RowErrorCode>(["type_mismatch", "category_too_long", "prediction_id_invalid"]);

/** Collects refusals: the first error of a row refuses it, the first hundred are listed. */
export class Refusals {
  readonly refused: Uint8Array;
  readonly errors: RowError[] = [];
  count = 0;
  constructor(rows: number) {
    this.refused = new Uint8Array(rows);
  }
  refuse(row: number, field: string | null, code: RowErrorCode): void {
    if (this.refused[row]) return;
    this.refused[row] = 1;
    this.count++;
    this.errors.push({ row, field, code, message: rowErrors[code] });
  }
  /** In the order of the rows, at most as many as a receipt lists. */
  listed(): RowError[] {
    return this.errors.sort((a, b) => a.row - b.row).slice(0, limits.errorsListed);
  }
  /** @param timesMs of all rows, as they were read */
  tally(timesMs: Float64Array): RefusalTally {
    const tally: RefusalTally = { rejected: {}, mismatched: {}, newestMs: null };
    for (const { row, field, code } of this.errors) {
      tally.rejected[code] = (tally.rejected[code] ?? 0) + 1;
      if (code === "type_mismatch" && field !== null)
        tally.mismatched[field] = (Object.hasOwn(tally.mismatched, field) ? tally.mismatched[field] : 0) + 1;
      if (afterTimes.has(code)) tally.newestMs = Math.max(tally.newestMs ?? -Infinity, timesMs[row]);
    }
    return tally;
  }
  kept(): Int32Array {
    const rows: number[] = [];
    this.refused.forEach((refused, row) => refused || rows.push(row));
    return Int32Array.from(rows);
  }
}

/** Event times in milliseconds; refuses rows whose time is missing, unreadable, ahead of wall time or too old. */
export function readTimes(source: RowSource, refusals: Refusals, rules: TimeRules): Float64Array {
  const times = new Float64Array(source.rows);
  for (let row = 0; row < source.rows; row++) {
    if (refusals.refused[row]) continue;
    const value = source.get(row, "timestamp");
    if (value === undefined || value === null) refusals.refuse(row, "timestamp", "timestamp_missing");
    else {
      const time = parseTimestamp(value);
      times[row] = time;
      if (Number.isNaN(time)) refusals.refuse(row, "timestamp", "timestamp_invalid");
      else if (time > rules.nowMs + limits.aheadMs) refusals.refuse(row, "timestamp", "timestamp_ahead");
      else if (time < rules.oldestMs) refusals.refuse(row, "timestamp", "timestamp_too_old");
    }
  }
  return times;
}

/** Prediction ids as text; whole numbers are accepted as senders' row numbers are. */
export function readPredictionId(value: unknown): string | null | undefined {
  if (value === undefined || value === null) return null;
  const text = typeof value === "number" && Number.isSafeInteger(value) ? String(value) : value;
  return typeof text === "string" && text.length > 0 && text.length <= limits.idLength ? text : undefined;
}
