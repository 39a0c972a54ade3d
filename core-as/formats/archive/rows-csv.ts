/** Archived rows as CSV with a header: times as ISO 8601, nothing where a value is missing. */
import type { ArchiveColumn } from "../../domain/archive.ts";
import type { Column, Columns } from "../../domain/columns.ts";
import { csvField } from "../csv-field.ts";

export const csvHead = (schema: readonly ArchiveColumn[]): string =>
  `${schema.map(({ name }) => csvField(name)).join(",")}\r\n`;

export function csvLines(schema: readonly ArchiveColumn[], rows: Columns): string {
  const fields = schema.map(({ name, type }) => {
    if (name === "timestamp") return timeFields(rows.timesMs ?? new Float64Array(rows.rows).fill(NaN));
    const column = rows.columns.get(name);
    if (column === undefined) throw new RangeError(`the rows have no column "${name}"`);
    return type === "time" && column.kind === "numeric" ? timeFields(column.values) : fieldsOf(column);
  });
  let text = "";
  for (let row = 0; row < rows.rows; row++) text += `${fields.map((field) => field(row)).join(",")}\r\n`;
  return text;
}

const timeFields =
  (times: Float64Array) =>
  (row: number): string =>
    Number.isNaN(times[row]) ? "" : new Date(Math.floor(times[row])).toISOString();

function fieldsOf(column: Column): (row: number) => string {
  if (column.kind === "numeric")
    return (row) => (Number.isNaN(column.values[row]) ? "" : String(column.values[row]));
  const texts = column.dictionary.map(csvField);
  return (row) => (column.codes[row] < 0 ? "" : texts[column.codes[row]]);
}
