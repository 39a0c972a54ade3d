/**
 * Text to records of fields, by Papa Parse over pieces that end with whole records, so that memory goes with the longest record.
 * Line ends of any kind become "\n" first, inside quotes too. A quote that is wrong is said with line and column.
 */
import Papa from "papaparse";
import { unreadable } from "./table.ts";

/** Characters that are parsed at a time, at least. */
export const pieceLength = 1 << 18;
/** A record longer than this is a quote that was never closed. */
const longestRecord = 1 << 24;

export interface Piece {
  records: string[][];
  /** Line of the file that the first record begins in, counted from 1. */
  line: number;
}

export const isBlank = (record: readonly string[]): boolean => record.length === 1 && record[0].trim() === "";

/** Line ends inside of a record's fields. */
export function newlinesIn(record: readonly string[]): number {
  let count = 0;
  for (const field of record)
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count++;
  return count;
}

/** The file in pieces of whole records. */
export async function* piecesOf(
  name: string,
  start: string,
  rest: AsyncGenerator<string, void, void>,
  delimiter: string,
): AsyncGenerator<Piece, void, void> {
  const parser = { delimiter, newline: "\n", quoteChar: '"' } as const;
  let [text, line, ended, carriage] = [start, 1, false, false];
  /** Line ends as "\n"; one that may go on in the next piece waits. */
  const alike = (raw: string): string => {
    let whole = carriage ? `\r${raw}` : raw;
    carriage = !ended && whole.endsWith("\r");
    if (carriage) whole = whole.slice(0, -1);
    return whole.includes("\r") ? whole.replace(/\r\n?/g, "\n") : whole;
  };
  text = alike(text);
  for (;;) {
    let fresh = "";
    while (!ended && text.length + fresh.length < pieceLength) {
      const more = await rest.next();
      if (more.done) ended = true;
      fresh += alike(more.done ? "" : more.value);
    }
    text += fresh;
    const { data, errors, meta } = new Papa.Parser(parser).parse(text, 0, !ended) as Papa.ParseResult<
      string[]
    >;
    // What the end of the piece cuts off is parsed again with the next.
    const wrong = errors.find(({ row }) => (row ?? 0) < data.length);
    if (wrong) refuseQuote(name, text, wrong.index ?? 0, line, wrong.code === "MissingQuotes");
    if (ended && data.length > 0 && isBlank(data[data.length - 1]) && text.endsWith("\n")) data.pop();
    const next = ended ? text.length : meta.cursor;
    if (data.length > 0) yield { records: data, line };
    if (ended) return;
    for (let at = text.indexOf("\n"); at >= 0 && at < next; at = text.indexOf("\n", at + 1)) line++;
    text = text.slice(next);
    if (text.length > longestRecord) {
      const [found] = new Papa.Parser(parser).parse(text, 0, false).errors;
      if (found) refuseQuote(name, text, found.index ?? 1, line, found.code === "MissingQuotes");
      throw unreadable(name, `line ${line} is longer than ${longestRecord} characters: is it a table?`);
    }
    if (text.length >= pieceLength) {
      // A record longer than a piece: twice as much text before the next try keeps the work linear.
      const goal = 2 * text.length;
      while (!ended && text.length < goal) {
        const more = await rest.next();
        if (more.done) ended = true;
        text += alike(more.done ? "" : more.value);
      }
    }
  }
}

/** `index` is behind the opening quote. */
function refuseQuote(name: string, text: string, index: number, line: number, open: boolean): never {
  const before = text.slice(0, index - 1);
  const at = line + before.split("\n").length - 1;
  const column = index - 1 - before.lastIndexOf("\n");
  throw unreadable(
    name,
    open
      ? `the quote in line ${at}, column ${column} is never closed.`
      : `after the value that is quoted from line ${at}, column ${column} on stands something else than a delimiter. A quote inside quotes is written twice ("").`,
  );
}
