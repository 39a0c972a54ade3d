/**
 * CSV (RFC 4180, and what is found under that name): quotes, doubled quotes, line ends of any kind, delimiters found by
 * themselves, a header line. Too many fields in a row are an error with its line; too few are missing values. One pass over
 * the text; a field is cut out once.
 */
import {
  type ByteSource,
  type ReadOptions,
  type Table,
  type TableChunk,
  uniqueNames,
  unreadable,
} from "./table.ts";
import { textOf } from "./text.ts";

const delimiters = [",", "\t", ";", "|"];
const linesPerBatch = 4096;
/** A field longer than this is an unclosed quote. */
const longestField = 1 << 24;

export async function openCsv(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const text = textOf(source, remarks, options.progress);
  let start = "";
  // The header may be longer than the first piece.
  for (let more = await text.next(); !more.done; more = await text.next()) {
    start += more.value;
    if (start.length > 65_536 && /\n|\r/.test(start)) break;
    if (start.length > longestField) throw unreadable(source.name, "its first line does not end.");
  }
  if (start.trim() === "") throw unreadable(source.name, "it is empty.");
  const delimiter = options.delimiter ?? delimiterOf(start);
  const records = recordsOf(source.name, start, text, delimiter);
  const first = await records.next();
  if (first.done) throw unreadable(source.name, "it has no header line.");
  const names = uniqueNames(first.value[0].fields, remarks);
  first.value.shift();
  return {
    format: "csv",
    names,
    remarks,
    chunks: (wanted) => chunksOf(source.name, { first: first.value, records }, names, wanted, remarks),
  };
}

interface Line {
  fields: string[];
  line: number;
}

/** Lines by the batch: one at a time would wait for each. */
type Batches = AsyncGenerator<Line[], void, void>;

async function* chunksOf(
  name: string,
  { first, records }: { first: Line[]; records: Batches },
  names: readonly string[],
  wanted: readonly boolean[],
  remarks: string[],
): AsyncGenerator<TableChunk, void, void> {
  const width = names.length;
  let short = 0;
  const chunkOf = (lines: readonly Line[]): TableChunk => {
    const columns = wanted.map((one): string[] | null => (one ? [] : null));
    let rows = 0;
    for (const { fields, line } of lines) {
      if (fields.length === 1 && fields[0] === "" && width > 1) continue; // a blank line
      if (fields.length > width && fields.slice(width).some((field) => field !== ""))
        throw unreadable(
          name,
          `line ${line} has ${fields.length} fields, the header ${width}. A delimiter in a value needs quotes around it.`,
        );
      if (fields.length < width) short++;
      for (let column = 0; column < width; column++) columns[column]?.push(fields[column] ?? "");
      rows++;
    }
    return { rows, columns };
  };
  if (first.length > 0) yield chunkOf(first);
  for await (const lines of records) yield chunkOf(lines);
  if (short > 0)
    remarks.push(`${short} lines of ${name} have fewer fields than the header: the rest is missing.`);
}

/** What parts the first lines into the same number of fields most often; a comma where nothing does. */
function delimiterOf(start: string): string {
  const lines = start
    .split(/\r\n|\n|\r/)
    .slice(0, 20)
    .filter((line) => line !== "");
  const scored = delimiters.map((delimiter) => {
    const counts = lines.map((line) => line.replace(/"(?:[^"]|"")*"/g, "").split(delimiter).length);
    const [first] = counts;
    const alike = counts.filter((count) => count === first).length;
    return { delimiter, score: first > 1 ? (alike / counts.length) * 1000 + first : 0 };
  });
  return scored.reduce((best, one) => (one.score > best.score ? one : best)).delimiter;
}

async function* recordsOf(
  name: string,
  start: string,
  rest: AsyncGenerator<string, void, void>,
  delimiter: string,
): Batches {
  const separator = delimiter.charCodeAt(0);
  let [text, at, line, ended] = [start, 0, 1, false];
  for (;;) {
    // Up to the last whole record of what is at hand.
    let lines: Line[] = [];
    for (;;) {
      const found = recordAt(text, at, separator, ended);
      if (found === null) break;
      lines.push({ fields: found.fields, line });
      line += found.lines;
      at = found.next;
      if (lines.length < linesPerBatch) continue;
      yield lines;
      lines = [];
    }
    if (lines.length > 0) yield lines;
    if (ended) {
      if (at < text.length) throw unreadable(name, `a quote in line ${line} is never closed.`);
      return;
    }
    text = text.slice(at);
    at = 0;
    if (text.length > longestField) throw unreadable(name, `a quote in line ${line} is never closed.`);
    const more = await rest.next();
    if (more.done) ended = true;
    else text += more.value;
  }
}

const [quote, lineFeed, carriageReturn] = [34, 10, 13];

/** One record from `at` on; null where the text at hand ends before it does. */
function recordAt(
  text: string,
  at: number,
  separator: number,
  ended: boolean,
): { fields: string[]; next: number; lines: number } | null {
  const length = text.length;
  if (at >= length) return null;
  const fields: string[] = [];
  let [position, lines] = [at, 1];
  for (;;) {
    let field: string;
    if (text.charCodeAt(position) === quote) {
      let [close, doubled] = [position, false];
      for (;;) {
        close = text.indexOf('"', close + 1);
        if (close < 0) return null;
        if (close + 1 >= length && !ended) return null;
        if (text.charCodeAt(close + 1) !== quote) break;
        doubled = true;
        close++;
      }
      field = text.slice(position + 1, close);
      for (let i = field.indexOf("\n"); i >= 0; i = field.indexOf("\n", i + 1)) lines++;
      if (doubled) field = field.replaceAll('""', '"');
      position = close + 1;
      // What stands between a closing quote and the delimiter belongs to the value.
      const end = endOfPlain(text, position, separator);
      if (end > position) field += text.slice(position, end);
      position = end;
    } else {
      const end = endOfPlain(text, position, separator);
      field = text.slice(position, end);
      position = end;
    }
    fields.push(field);
    if (position >= length) return ended ? { fields, next: length, lines } : null;
    const code = text.charCodeAt(position);
    if (code === separator) {
      position++;
      if (position >= length && !ended) return null;
      if (position >= length) {
        fields.push("");
        return { fields, next: length, lines };
      }
      continue;
    }
    if (code === carriageReturn) {
      if (position + 1 >= length && !ended) return null;
      const two = text.charCodeAt(position + 1) === lineFeed;
      return { fields, next: position + (two ? 2 : 1), lines };
    }
    return { fields, next: position + 1, lines };
  }
}

function endOfPlain(text: string, from: number, separator: number): number {
  const length = text.length;
  let end = from;
  for (; end < length; end++) {
    const code = text.charCodeAt(end);
    if (code === separator || code === lineFeed || code === carriageReturn) break;
  }
  return end;
}
