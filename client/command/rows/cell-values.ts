/**
 * A column of a file as the values that a JSON sender would have written, by the field that it holds: text is read as `mdt
 * compare` reads it whatever the file's format, so that a reference and the rows replayed against it mean the same by it.
 * What is no such value stays as it is; the rules for rows then refuse it by name.
 */
import { flagOfText, leastMs } from "#core/compare/typed-column.ts";
import { type FieldKind, valueOfText } from "#core/formats/field-kinds.ts";
import { isMissing, parseNumber, parseTime } from "#core/formats/tables/cell-text.ts";

/** @param positive the text that stands for true in flags; null where they are true and false as usual */
export function columnValues(
  kind: FieldKind,
  values: ArrayLike<unknown>,
  rows: number,
  positive: string | null,
): unknown[] {
  const found = new Array<unknown>(rows);
  for (let row = 0; row < rows; row++) found[row] = cellValue(kind, values[row], positive);
  return found;
}

function cellValue(kind: FieldKind, value: unknown, positive: string | null): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return ofText(kind, value, positive);
  if (typeof value === "number") return Number.isNaN(value) ? null : ofNumber(kind, value, positive);
  if (typeof value === "bigint") {
    const number = Number(value);
    const exact = kind === "number" || Number.isSafeInteger(number);
    return exact ? ofNumber(kind, number, positive) : String(value);
  }
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : ofTime(kind, value);
  if (typeof value === "boolean") {
    if (kind === "flag") return positive === null ? value : String(value) === positive;
    return kind === "category" ? String(value) : value;
  }
  return kind === "category" ? JSON.stringify(value) : value;
}

function ofText(kind: FieldKind, text: string, positive: string | null): unknown {
  if (kind === "time") {
    if (isMissing(text)) return null;
    const number = parseNumber(text);
    if (!Number.isNaN(number)) return inMs(number);
    const time = parseTime(text.trim());
    return Number.isNaN(time) ? text : time;
  }
  if (kind !== "flag") return valueOfText(kind, text);
  if (isMissing(text)) return null;
  if (positive !== null) return text === positive;
  const flag = flagOfText(text.trim());
  return flag < 0 ? text : flag === 1;
}

function ofNumber(kind: FieldKind, value: number, positive: string | null): unknown {
  if (kind === "time") return inMs(value);
  if (kind === "flag" && positive !== null) return String(value + 0) === positive;
  // Without the sign of zero, which text does not have.
  return kind === "category" || kind === "id" ? String(value + 0) : value;
}

function ofTime(kind: FieldKind, value: Date): unknown {
  if (kind === "time") return value.getTime();
  return kind === "category" || kind === "id" ? value.toISOString() : value;
}

/** Epoch seconds are told from milliseconds by their size. */
const inMs = (value: number): number => (Math.abs(value) < leastMs ? value * 1000 : value);
