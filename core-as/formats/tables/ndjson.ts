/** NDJSON: a JSON object a line, read as a stream; what is wrong is said with its line and column. */
import { excerptAt, faultIn } from "./json-place.ts";
import { flattened, isRow, namesOf, type Row, rowChunks, rowsForNames } from "./json-rows.ts";
import { type ByteSource, type ReadOptions, type Table, unreadable } from "./table.ts";
import { textOf } from "./text.ts";

/** A line longer than this is no line of a table. */
const longestLine = 1 << 26;

export async function openNdjson(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const batches = rowsByLine(source.name, textOf(source, remarks, options));
  const first: Row[] = [];
  while (first.length < rowsForNames) {
    const next = await batches.next();
    if (next.done) break;
    for (const row of next.value) first.push(row);
  }
  if (first.length === 0) throw unreadable(source.name, "it is empty.");
  const names = namesOf(first.slice(0, rowsForNames), remarks);
  async function* all(): AsyncGenerator<readonly Row[], void, void> {
    yield first;
    yield* batches;
  }
  return {
    ...{ format: "ndjson", names, remarks },
    chunks: (wanted) => rowChunks(all(), names, wanted, remarks),
  };
}

async function* rowsByLine(
  name: string,
  text: AsyncGenerator<string, void, void>,
): AsyncGenerator<Row[], void, void> {
  let [held, line]: [string[], number] = [[], 0];
  let length = 0;
  const rowsIn = (whole: string): Row[] => {
    const rows: Row[] = [];
    for (const raw of whole.split("\n")) {
      line++;
      const row = raw.trim() === "" ? null : parsed(name, raw, line);
      if (row) rows.push(row);
    }
    return rows;
  };
  for await (const part of text) {
    const end = part.lastIndexOf("\n");
    if (end < 0) {
      held.push(part);
      length += part.length;
      if (length > longestLine)
        throw unreadable(
          name,
          `line ${line + 1} is longer than ${longestLine} characters: is it one JSON document?`,
        );
      continue;
    }
    const rows = rowsIn(held.join("") + part.slice(0, end));
    [held, length] = [[part.slice(end + 1)], part.length - end - 1];
    if (rows.length > 0) yield rows;
  }
  const rows = rowsIn(held.join(""));
  if (rows.length > 0) yield rows;
}

function parsed(name: string, raw: string, line: number): Row {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    const place = faultIn(raw);
    throw unreadable(name, `line ${line}, column ${place + 1} is no valid JSON: ${excerptAt(raw, place)}.`);
  }
  if (!isRow(value))
    throw unreadable(name, `line ${line} is no object: each line is one row, {"name": value, …}.`);
  return flattened(value);
}
