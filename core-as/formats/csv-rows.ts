/**
 * CSV bodies: a header line with the names of fields, then a row a line, typed by the model. What parts the fields is a comma,
 * or of tab, semicolon and | the one under which the header names fields of the model. A row with more fields than the header is
 * refused alone; fewer are missing values. A quote that is never closed refuses the body, as no row behind it can be told.
 */
import Papa from "papaparse";
import { ProblemError, rowErrors } from "../domain/errors.ts";
import { type FieldKind, valueOfText } from "./field-kinds.ts";
import type { LineRows } from "./line-rows.ts";
import type { RowError } from "./row-reader.ts";
import { isBlank, newlinesIn, type Piece, piecesOf } from "./tables/csv-records.ts";
import { decoderFor, encodingOf } from "./tables/encoding.ts";

const delimiters = [",", "\t", ";", "|"];

const malformed = (detail: string): ProblemError => new ProblemError("malformed_table", detail);

/** @param encoding what the sender says the text is written in; told by the bytes where this is null */
export async function readCsvRows(
  bytes: Uint8Array<ArrayBuffer>,
  kinds: ReadonlyMap<string, FieldKind>,
  encoding: string | null = null,
): Promise<LineRows> {
  try {
    const decoder = decoderFor(encoding ?? encodingOf(bytes.subarray(0, 4)), "The body");
    const text = (decoder.decode(bytes) + decoder.end()).replace(/^\ufeff/, "");
    return await rowsOf(text, kinds);
  } catch (error) {
    if (error instanceof ProblemError && error.code === "file_unreadable") throw malformed(error.message);
    throw error;
  }
}

async function rowsOf(text: string, kinds: ReadonlyMap<string, FieldKind>): Promise<LineRows> {
  const delimiter = delimiterOf(text, kinds);
  let columns: Map<string, unknown[]> | null = null;
  let fields: { name: string; kind: FieldKind | undefined; values: unknown[] }[] = [];
  const [rowNumbers, lines]: [number[], number[]] = [[], []];
  const unreadable: RowError[] = [];
  for await (const { records, line } of recordsOf(text, delimiter)) {
    let at = line;
    for (const record of records) {
      const begins = at;
      at += 1 + newlinesIn(record);
      if (isBlank(record) && fields.length !== 1) continue;
      if (columns === null) {
        columns = columnsOf(record, kinds);
        fields = Array.from(columns, ([name, values]) => ({ name, kind: kinds.get(name), values }));
        continue;
      }
      const row = lines.length;
      lines.push(begins);
      const surplus = record.findIndex((field, index) => index >= fields.length && field !== "");
      if (surplus >= 0) {
        const message = `${rowErrors.too_many_fields}: ${record.length}, not ${fields.length}`;
        unreadable.push({ row, field: null, code: "too_many_fields", message });
        continue;
      }
      rowNumbers.push(row);
      for (let column = 0; column < fields.length; column++) {
        const { kind, values } = fields[column];
        values.push(kind === undefined ? null : valueOfText(kind, record[column] ?? ""));
      }
    }
  }
  return {
    body: { columns: Object.fromEntries(columns ?? []) as Record<string, unknown[]> },
    rowNumbers: Int32Array.from(rowNumbers),
    lines: Int32Array.from(lines),
    unreadable,
  };
}

async function* recordsOf(text: string, delimiter: string): AsyncGenerator<Piece, void, void> {
  // The reader takes its text as a stream; this one is all there.
  const nothing = (async function* (): AsyncGenerator<string, void, void> {})();
  yield* piecesOf("The body", text, nothing, delimiter);
}

/** What parts the header into the most names that the model knows; a comma before the others. */
function delimiterOf(text: string, kinds: ReadonlyMap<string, FieldKind>): string {
  const header = /[^\r\n]*\S[^\r\n]*/.exec(text)?.[0] ?? "";
  const known = delimiters.map((delimiter) => {
    const [names = []] = Papa.parse<string[]>(header, { delimiter, preview: 1 }).data;
    return names.filter((name) => kinds.has(name.trim())).length;
  });
  const most = Math.max(...known);
  if (most === 0)
    throw malformed(
      header === ""
        ? "The body is empty: the first line holds the names of the columns."
        : `The first line holds the names of the columns, and none of them is a field of the model: ${header.slice(0, 80)}`,
    );
  return delimiters[known.indexOf(most)];
}

function columnsOf(header: readonly string[], kinds: ReadonlyMap<string, FieldKind>): Map<string, unknown[]> {
  const columns = new Map<string, unknown[]>();
  for (const [index, raw] of header.entries()) {
    // A data frame's index has no name.
    const name = raw.trim() === "" ? `column ${index + 1}` : raw.trim();
    if (columns.has(name) && kinds.has(name)) throw malformed(`The column "${name}" stands twice.`);
    columns.set(columns.has(name) ? `${name} (${index + 1})` : name, []);
  }
  return columns;
}
