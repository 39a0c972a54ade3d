/**
 * JSON: an object a line (NDJSON), a list of objects, or an object of lists, one a column. Lines are read as a stream; a
 * document has to be read whole. Columns are those of the first rows together; one that comes later is named in a remark.
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

type Row = Readonly<Record<string, unknown>>;

const rowsPerChunk = 16_384;
/** Rows that are looked at for their columns. */
const rowsForNames = 1000;
/** Engines hold strings up to about half a gigabyte. */
const largestDocument = 500_000_000;

export async function openNdjson(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const rows = rowsByLine(source.name, textOf(source, remarks, options));
  const first: Row[] = [];
  while (first.length < rowsForNames) {
    const next = await rows.next();
    if (next.done) break;
    first.push(next.value);
  }
  if (first.length === 0) throw unreadable(source.name, "it is empty.");
  const names = namesOf(first);
  async function* all(): AsyncGenerator<Row, void, void> {
    yield* first;
    yield* rows;
  }
  return { format: "ndjson", names, remarks, chunks: (wanted) => chunksOf(all(), names, wanted, remarks) };
}

export async function openJson(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const parts: string[] = [];
  let length = 0;
  for await (const part of textOf(source, remarks, options)) {
    parts.push(part);
    length += part.length;
    if (length > largestDocument)
      throw unreadable(
        source.name,
        "it is too large for one JSON document: write one object a line (NDJSON).",
      );
  }
  const text = parts.join("");
  if (text.trim() === "") throw unreadable(source.name, "it is empty.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw unreadable(
      source.name,
      `it is no valid JSON (${cause instanceof Error ? cause.message : String(cause)}).`,
    );
  }
  const table = Array.isArray(value) ? value : (columnsOf(value) ?? rowsIn(value));
  if (table === null)
    throw unreadable(source.name, "it is neither a list of objects nor an object of lists of one length.");
  if (Array.isArray(table)) {
    if (!table.every(isRow)) throw unreadable(source.name, "not every entry of its list is an object.");
    const rows: readonly Row[] = table;
    if (rows.length === 0) throw unreadable(source.name, "its list is empty.");
    const names = namesOf(rows.slice(0, rowsForNames));
    async function* all(): AsyncGenerator<Row, void, void> {
      yield* rows;
    }
    return { format: "json", names, remarks, chunks: (wanted) => chunksOf(all(), names, wanted, remarks) };
  }
  const names = uniqueNames(Object.keys(table), remarks);
  const lists = Object.values(table);
  return {
    ...{ format: "json", names, remarks },
    async *chunks(wanted) {
      yield { rows: lists[0].length, columns: lists.map((list, i) => (wanted[i] ? list : null)) };
    },
  };
}

const isRow = (value: unknown): value is Row =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function columnsOf(value: unknown): Record<string, unknown[]> | null {
  if (!isRow(value)) return null;
  const own = isRow(value.columns) ? value.columns : value;
  const lists = Object.entries(own).filter((entry): entry is [string, unknown[]] => Array.isArray(entry[1]));
  if (lists.length === 0 || lists.length !== Object.keys(own).length) return null;
  if (lists.some(([, list]) => list.length !== lists[0][1].length)) return null;
  return lists.length === 1 && lists[0][1].every(isRow) ? null : Object.fromEntries(lists);
}

/** The one list of objects in an object, such as `{ "rows": [ … ] }`. */
function rowsIn(value: unknown): unknown[] | null {
  if (!isRow(value)) return null;
  const lists = Object.values(value).filter(Array.isArray);
  return lists.length === 1 ? lists[0] : null;
}

function namesOf(rows: readonly Row[]): string[] {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names];
}

async function* chunksOf(
  rows: AsyncGenerator<Row, void, void>,
  names: readonly string[],
  wanted: readonly boolean[],
  remarks: string[],
): AsyncGenerator<TableChunk, void, void> {
  const known = new Set(names);
  const late = new Set<string>();
  const fresh = (): (unknown[] | null)[] => wanted.map((one) => (one ? [] : null));
  let [columns, count] = [fresh(), 0];
  for await (const row of rows) {
    for (let i = 0; i < names.length; i++) columns[i]?.push(row[names[i]] ?? null);
    for (const name in row) if (!known.has(name)) late.add(name);
    if (++count === rowsPerChunk) {
      yield { rows: count, columns };
      [columns, count] = [fresh(), 0];
    }
  }
  for (const name of late)
    remarks.push(`"${name}" is in none of the first ${rowsForNames} rows: it was left out.`);
  if (count > 0) yield { rows: count, columns };
}

async function* rowsByLine(
  name: string,
  text: AsyncGenerator<string, void, void>,
): AsyncGenerator<Row, void, void> {
  let [rest, line] = ["", 0];
  const parse = (raw: string): Row | null => {
    line++;
    if (raw.trim() === "") return null;
    let value: unknown;
    try {
      value = JSON.parse(raw);
    } catch (cause) {
      throw unreadable(
        name,
        `line ${line} is no valid JSON (${cause instanceof Error ? cause.message : String(cause)}).`,
      );
    }
    if (!isRow(value)) throw unreadable(name, `line ${line} is no object.`);
    return value;
  };
  for await (const part of text) {
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const raw of lines) {
      const row = parse(raw);
      if (row) yield row;
    }
  }
  const row = rest === "" ? null : parse(rest);
  if (row) yield row;
}
