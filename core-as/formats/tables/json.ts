/**
 * A JSON document: a list of objects, an object with one such list in it, or columns in one of the ways that data frames are
 * written: lists by name, under "columns" or not; objects by row number; names in "columns" and rows in "data". A document
 * has to be read whole: longer ones than an engine's longest text are refused, and NDJSON recommended.
 */
import { excerptAt, faultIn } from "./json-place.ts";
import { flattened, isRow, namesOf, type Row, type RowBatch, rowChunks } from "./json-rows.ts";
import { type ByteSource, type ReadOptions, type Table, uniqueNames, unreadable } from "./table.ts";
import { textOf } from "./text.ts";

/** Engines hold texts up to about half a gigabyte. */
const largestDocument = 500_000_000;
const rowsPerChunk = 16_384;

export async function openJson(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const { name } = source;
  const value = parsedWhole(name, await wholeText(source, remarks, options));
  const columns = columnsOf(value);
  if (columns !== null) return ofColumns(name, columns, remarks);
  const list = Array.isArray(value) ? value : listIn(value);
  if (list === null)
    throw unreadable(
      name,
      'it is neither a list of objects, [{"a": 1}, …], nor columns of one length, {"a": [1, …]}.',
    );
  if (list.length === 0) throw unreadable(name, "its list is empty.");
  const stranger = list.findIndex((row) => !isRow(row));
  if (stranger >= 0)
    throw unreadable(
      name,
      `entry ${stranger + 1} of its list is no object: each is one row, {"name": value, …}.`,
    );
  const rows = (list as Row[]).map(flattened);
  const names = namesOf(rows, remarks);
  async function* all(): AsyncGenerator<RowBatch, void, void> {
    for (let at = 0; at < rows.length; at += rowsPerChunk) yield { rows: rows.slice(at, at + rowsPerChunk) };
  }
  return {
    ...{ format: "json", names, remarks },
    chunks: (wanted) => rowChunks(all(), names, wanted, remarks),
  };
}

async function wholeText(source: ByteSource, remarks: string[], options: ReadOptions): Promise<string> {
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
  return parts.join("");
}

function parsedWhole(name: string, text: string): unknown {
  if (text.trim() === "") throw unreadable(name, "it is empty.");
  try {
    return JSON.parse(text);
  } catch {
    const place = faultIn(text);
    const before = text.slice(0, place);
    const [line, column] = [before.split("\n").length, place - before.lastIndexOf("\n")];
    throw unreadable(name, `line ${line}, column ${column} is no valid JSON: ${excerptAt(text, place)}.`);
  }
}

type Lists = Map<string, readonly unknown[]>;

/** The columns, where it is columns and not rows. */
function columnsOf(value: unknown): Lists | null {
  if (!isRow(value)) return null;
  if (Array.isArray(value.columns) && Array.isArray(value.data)) {
    const [names, rows] = [value.columns as unknown[], value.data as unknown[]];
    if (!rows.every(Array.isArray)) return null;
    return new Map(
      names.map((name, i) => [String(name), (rows as unknown[][]).map((row) => row[i] ?? null)]),
    );
  }
  const entries = Object.entries(isRow(value.columns) ? value.columns : value);
  if (entries.length === 0) return null;
  if (entries.every(([, list]) => Array.isArray(list))) {
    const rowsOnly = entries.length === 1 && (entries[0][1] as unknown[]).every(isRow);
    return rowsOnly ? null : new Map(entries as [string, unknown[]][]);
  }
  if (!entries.every(([, column]) => isRow(column))) return null;
  const keys = Object.keys(entries[0][1] as Row);
  const alike = entries.every(([, column]) => Object.keys(column as Row).join("\n") === keys.join("\n"));
  return alike && keys.every((key) => /^\d+$/.test(key))
    ? new Map(entries.map(([name, column]) => [name, Object.values(column as Row)]))
    : null;
}

function ofColumns(file: string, lists: Lists, remarks: string[]): Table {
  const rows = lists.values().next().value?.length ?? 0;
  for (const [name, { length }] of lists)
    if (length !== rows)
      throw unreadable(
        file,
        `its column "${name}" has ${length} values, the first ${rows}: all need the same.`,
      );
  const kept = [...lists].filter(([name, list]) => {
    const single = !list.some((value) => typeof value === "object" && value !== null);
    if (!single) remarks.push(`"${name}" holds lists or objects: it was left out.`);
    return single;
  });
  const names = uniqueNames(
    kept.map(([name]) => name),
    remarks,
  );
  return {
    ...{ format: "json", names, remarks },
    async *chunks(wanted) {
      yield { rows, columns: kept.map(([, list], i) => (wanted[i] ? list : null)) };
    },
  };
}

/** The one list in an object, such as `{ "rows": [ … ] }`. */
function listIn(value: unknown): unknown[] | null {
  if (!isRow(value)) return null;
  const lists = Object.values(value).filter(Array.isArray);
  return lists.length === 1 ? lists[0] : null;
}
