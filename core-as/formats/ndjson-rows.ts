/**
 * NDJSON bodies: a JSON object a line. A line that is none refuses itself only. Empty lines are no rows.
 */
import { rowErrors } from "../domain/errors.ts";
import { utf8 } from "../domain/utf8.ts";
import type { LineRows } from "./line-rows.ts";
import type { RowError } from "./row-reader.ts";
import { excerptAt, faultIn } from "./tables/json-place.ts";

const [newline, comma] = [0x0a, 0x2c];
const [openBrace, closeBrace, openBracket, closeBracket] = [0x7b, 0x7d, 0x5b, 0x5d];

export function readNdjsonRows(bytes: Uint8Array): LineRows {
  const [rows, rowNumbers, lines]: [unknown[], number[], number[]] = [[], [], []];
  const unreadable: RowError[] = [];
  for (const [index, line] of linesOf(bytes).entries()) {
    if (line?.trim() === "") continue;
    const row = lines.length;
    lines.push(index + 1);
    if (line === null) {
      const message = `${rowErrors.line_malformed}: it is not UTF-8, which JSON is`;
      unreadable.push({ row, field: null, code: "line_malformed", message });
      continue;
    }
    try {
      rows.push(JSON.parse(line));
      rowNumbers.push(row);
    } catch {
      const place = faultIn(line);
      const message = `${rowErrors.line_malformed}: column ${place + 1}, ${excerptAt(line, place)}`;
      unreadable.push({ row, field: null, code: "line_malformed", message });
    }
  }
  return {
    body: { rows },
    rowNumbers: Int32Array.from(rowNumbers),
    lines: Int32Array.from(lines),
    unreadable,
  };
}

/** Null for a line that is not UTF-8. */
function linesOf(bytes: Uint8Array): (string | null)[] {
  const text = utf8(bytes);
  if (text !== null) return text.split("\n");
  const lines: (string | null)[] = [];
  for (let from = 0; from <= bytes.length;) {
    const end = bytes.indexOf(newline, from);
    const to = end < 0 ? bytes.length : end;
    lines.push(utf8(bytes.subarray(from, to)));
    from = to + 1;
  }
  return lines;
}

/**
 * The lines as a JSON array, for the kernel: what parts lines cannot stand inside of a JSON text, so a comma takes its place.
 * Null where a line does not begin and end with a brace.
 */
export function linesAsArray(bytes: Uint8Array): { text: Uint8Array; rows: number } | null {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === newline) end--;
  if (bytes[0] !== openBrace || bytes[end - 1] !== closeBrace) return null;
  const text = new Uint8Array(end + 2);
  text.set(bytes.subarray(0, end), 1);
  text[0] = openBracket;
  text[end + 1] = closeBracket;
  let rows = 1;
  for (let at = text.indexOf(newline); at >= 0; at = text.indexOf(newline, at + 1)) {
    if (text[at - 1] !== closeBrace || text[at + 1] !== openBrace) return null;
    text[at] = comma;
    rows++;
  }
  return { text, rows };
}
