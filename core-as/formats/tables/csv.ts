/**
 * CSV (RFC 4180, and what is found under that name), record by record (`csv-records.ts`). What cannot be read is said with line
 * and column; too few fields in a row are missing values, with a remark.
 */
import Papa from "papaparse";
import { decimalCommas, delimiterOf, headerless } from "./csv-dialect.ts";
import { isBlank, newlinesIn, type Piece, pieceLength, piecesOf } from "./csv-records.ts";
import {
  type ByteSource,
  type ReadOptions,
  type Table,
  type TableChunk,
  uniqueNames,
  unreadable,
} from "./table.ts";
import { textOf } from "./text.ts";

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
    const places: number[] = [];
    for (let place = 0; place < records.length; place++) {
      const record = records[place];
      if (width > 1 && isBlank(record)) continue;
      if (record.length !== width) {
        if (record.length < width) short++;
        else refuseSurplus(name, records, place, line, width);
      }
      places.push(place);
    }
    const rows = places.length;
    const columns = wanted.map((one, column) => {
      if (!one) return null;
      const values = new Array<string>(rows);
      for (let row = 0; row < rows; row++) values[row] = records[places[row]][column] ?? "";
      if (commas) for (let row = 0; row < rows; row++) values[row] = withPoint(values[row]);
      return values;
    });
    return { rows, columns, lines: () => linesOf({ records, line }, places) };
  };
  yield columnsOf(first);
  for await (const piece of others) yield columnsOf(piece);
  if (short > 0)
    remarks.push(`${short} lines of ${name} have fewer fields than the header: the rest is missing.`);
}

const withPoint = (text: string): string =>
  /^\s*[+-]?\d*,\d+(?:[eE][+-]?\d+)?\s*$/.test(text) ? text.replace(",", ".") : text;

/** The lines that records begin in, of ascending places. */
function linesOf({ records, line }: Piece, places: readonly number[]): Int32Array {
  const lines = new Int32Array(places.length);
  let [at, record] = [line, 0];
  places.forEach((place, row) => {
    for (; record < place; record++) at += 1 + newlinesIn(records[record]);
    lines[row] = at;
  });
  return lines;
}

/** Fields past the header's, unless all are empty: a delimiter at the end of lines is common and does no harm. */
function refuseSurplus(name: string, records: string[][], place: number, line: number, width: number): void {
  const record = records[place];
  const extra = record.findIndex((field, column) => column >= width && field !== "");
  if (extra < 0) return;
  const [at] = linesOf({ records, line }, [place]);
  throw unreadable(
    name,
    `line ${at} has ${record.length} fields, the header ${width}; field ${extra + 1} is “${record[extra].slice(0, 40)}”. ` +
      "A delimiter in a value needs quotes around the value; --delimiter says what parts fields.",
  );
}
