/** What the raw formats (binary columns, Arrow) have in common: values and codes to the core's columns, checked. */
import type { CategoricalColumn, Column, Columns } from "../domain/columns.ts";
import { ProblemError } from "../domain/errors.ts";
import { parseTimestamp } from "./timestamp.ts";

/** Codes that each name an entry of the dictionary or, with −1, nothing; one that does not would be counted nowhere. */
export function checkedCodes(
  name: string,
  codes: Int32Array,
  dictionary: readonly string[],
): CategoricalColumn {
  for (let row = 0; row < codes.length; row++) {
    if (codes[row] < -1 || codes[row] >= dictionary.length)
      throw new ProblemError(
        "malformed_columns",
        `The column "${name}" has the code ${codes[row]} in row ${row} and ${dictionary.length} categories.`,
      );
  }
  return { kind: "categorical", codes, dictionary: [...dictionary] };
}

/** A byte each, 0 or 1. */
export function checkedBooleans(name: string, bytes: Uint8Array): CategoricalColumn {
  return checkedCodes(name, new Int32Array(bytes), ["false", "true"]);
}

/** Marks as missing what the bitmap says (one bit a row, lowest first, 0 for missing); a view is copied before. */
export function withoutInvalid(column: Column, bits: Uint8Array | null, view: boolean): Column {
  if (bits === null) return column;
  const at = column.kind === "numeric" ? column.values : column.codes;
  const values = view ? at.slice() : at;
  const missing = column.kind === "numeric" ? NaN : -1;
  for (let row = 0; row < values.length; row++)
    if (((bits[row >> 3] >> (row & 7)) & 1) === 0) values[row] = missing;
  return column.kind === "numeric"
    ? { kind: "numeric", values: values as Float64Array }
    : { ...column, codes: values as Int32Array };
}

/** A column that the model knows and that holds nothing it could count refuses the file: it would be missing throughout otherwise. */
export function refuseUnreadable({ unreadable }: Columns, known: Iterable<string>): void {
  for (const name of unreadable ? known : []) {
    const type = unreadable?.get(name);
    if (type !== undefined)
      throw new ProblemError(
        "malformed_columns",
        `The column "${name}" is of the type ${type}; numbers, booleans, text, dictionaries of text, timestamps and dates are read.`,
      );
  }
}

/** Takes the column `timestamp` for the rows' times. Text is read once a category; what is no time is Infinity. */
export function timed(rows: number, columns: Map<string, Column>): Columns {
  const column = columns.get("timestamp");
  columns.delete("timestamp");
  return { rows, timesMs: column === undefined ? null : timesOf(column), columns };
}

function timesOf(column: Column): Float64Array {
  if (column.kind === "numeric") return column.values;
  const times = column.dictionary.map((text) => {
    const time = parseTimestamp(text);
    return Number.isNaN(time) ? Infinity : time;
  });
  return Float64Array.from(column.codes, (code) => (code < 0 ? NaN : times[code]));
}
