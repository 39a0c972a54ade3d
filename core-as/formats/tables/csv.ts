/**
 * CSV (RFC 4180, and what is found under that name), by Papa Parse over pieces of text that end with whole records, so that
 * memory goes with the longest record and not with the file. Line ends of any kind become "\n" first, inside quotes too.
 * What cannot be read is said with line and column; too few fields in a row are missing values, with a remark.
 */
import Papa from "papaparse";
import { decimalCommas, delimiterOf, headerless } from "./csv-dialect.ts";
import {
  type ByteSource,
  type ReadOptions,
  type Table,
  type TableChunk,
  uniqueNames,
  unreadable,
} from "./table.ts";
import { textOf } from "./text.ts";

/** Characters that are parsed at a time, at least. */
const pieceLength = 1 << 18;
/** A record longer than this is a quote that was never closed. */
const longestRecord = 1 << 24;

interface Piece {
  records: string[][];
  /** Line of the file that the first record begins in, counted from 1. */
  line: number;
}

export async function openCsv(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const text = textOf(source, remarks, options);
  let start = "";
  for (let more = await text.next(); !more.done; more = await text.next()) {
    start += more.value;
    if (start.length >= pieceLength) break;
  }
  const [blank] = /^[\s\ufeff]*/.exec(start) ?? [""];
  if (blank.length === start.length) throw unreadable(source.name, "it is empty.");
  const delimiter = options.delimiter ?? delimiterOf(start);
  if (delimiter === "" || Papa.BAD_DELIMITERS.includes(delimiter))
    throw unreadable(source.name, `${JSON.stringify(delimiter)} cannot part fields: try , ; | or a tab.`);
  const pieces = piecesOf(source.name, start, text, delimiter);
  const opened = await pieces.next();
  if (opened.done) throw unreadable(source.name, "it is empty.");
  const { records } = opened.value;
  let [line, first] = [opened.value.line, 0];
  for (; first < records.length - 1 && isBlank(records[first]); first++) line++;
  const head = records[first];
  const without = options.header === undefined || options.header === null;
  const noHeader = without ? headerless(records.slice(first, first + 20)) : options.header === false;
  if (noHeader && without)
    remarks.push(
      `The first line of ${source.name} holds values, no names: the columns are called "column 1" and so on.`,
    );
  const names = uniqueNames(noHeader ? head.map(() => "") : head, noHeader ? [] : remarks);
  const commas =
    options.decimal === "," || (options.decimal == null && decimalCommas(records, delimiter, first + 1));
  if (commas && options.decimal == null)
    remarks.push(`Commas in the numbers of ${source.name} were read as decimal points.`);
  const skipped = noHeader ? first : first + 1;
  const rest: Piece = {
    records: records.slice(skipped),
    line: line + (noHeader ? 0 : 1 + newlinesIn(head)),
  };
  return {
    ...{ format: "csv", names, remarks },
    chunks: (wanted) => chunksOf(source.name, rest, pieces, names.length, wanted, remarks, commas),
  };
}

async function* chunksOf(
  name: string,
  first: Piece,
  others: AsyncGenerator<Piece, void, void>,
  width: number,
  wanted: readonly boolean[],
  remarks: string[],
  commas: boolean,
): AsyncGenerator<TableChunk, void, void> {
  let short = 0;
  const columnsOf = ({ records, line }: Piece): TableChunk => {
    let rows = 0;
    for (let place = 0; place < records.length; place++) {
      const record = records[place];
      if (width > 1 && isBlank(record)) continue;
      if (record.length !== width) {
        if (record.length < width) short++;
        else refuseSurplus(name, records, place, line, width);
      }
      records[rows++] = record;
    }
    const columns = wanted.map((one, column) => {
      if (!one) return null;
      const values = new Array<string>(rows);
      for (let row = 0; row < rows; row++) values[row] = records[row][column] ?? "";
      if (commas) for (let row = 0; row < rows; row++) values[row] = withPoint(values[row]);
      return values;
    });
    return { rows, columns };
  };
  yield columnsOf(first);
  for await (const piece of others) yield columnsOf(piece);
  if (short > 0)
    remarks.push(`${short} lines of ${name} have fewer fields than the header: the rest is missing.`);
}

const withPoint = (text: string): string =>
  /^\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*$/.test(text) ? text.replace(",", ".") : text;
const isBlank = (record: readonly string[]): boolean => record.length === 1 && record[0].trim() === "";

/** Fields past the header's, unless all are empty: a delimiter at the end of lines is common and does no harm. */
function refuseSurplus(name: string, records: string[][], place: number, line: number, width: number): void {
  const record = records[place];
  const extra = record.findIndex((field, column) => column >= width && field !== "");
  if (extra < 0) return;
  const at = records.slice(0, place).reduce((sum, before) => sum + 1 + newlinesIn(before), line);
  throw unreadable(
    name,
    `line ${at} has ${record.length} fields, the header ${width}; field ${extra + 1} is “${record[extra].slice(0, 40)}”. ` +
      "A delimiter in a value needs quotes around the value; --delimiter says what parts fields.",
  );
}

function newlinesIn(record: readonly string[]): number {
  let count = 0;
  for (const field of record)
    for (let at = field.indexOf("\n"); at >= 0; at = field.indexOf("\n", at + 1)) count++;
  return count;
}

/** The file in pieces of whole records. */
async function* piecesOf(
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
