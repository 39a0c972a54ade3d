/** NDJSON: a JSON object a line, read as a stream; what is wrong is said with its line and column. */
import { excerptAt, faultIn } from "./json-place.ts";
import { flattened, isRow, namesOf, type Row, type RowBatch, rowChunks, rowsForNames } from "./json-rows.ts";
import { type ByteSource, type ReadOptions, type Table, unreadable } from "./table.ts";
import { textOf } from "./text.ts";

/** A line longer than this is no line of a table. */
const longestLine = 1 << 26;

export async function openNdjson(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const batches = rowsByLine(source.name, textOf(source, remarks, options));
  const first: { rows: Row[]; lines: number[] } = { rows: [], lines: [] };
  while (first.rows.length < rowsForNames) {
    const next = await batches.next();
    if (next.done) break;
    for (const row of next.value.rows) first.rows.push(row);
    for (const line of next.value.lines) first.lines.push(line);
  }
  if (first.rows.length === 0) throw unreadable(source.name, "it is empty.");
  const names = namesOf(first.rows.slice(0, rowsForNames), remarks);
  async function* all(): AsyncGenerator<RowBatch, void, void> {
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
): AsyncGenerator<Required<RowBatch>, void, void> {
  let [held, line]: [string[], number] = [[], 0];
  let length = 0;
  const rowsIn = (whole: string): Required<RowBatch> => {
    const [rows, lines]: [Row[], number[]] = [[], []];
    for (const raw of whole.split("\n")) {
      line++;
      if (raw.trim() === "") continue;
      rows.push(parsed(name, raw, line));
      lines.push(line);
    }
    return { rows, lines };
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
    const found = rowsIn(held.join("") + part.slice(0, end));
    [held, length] = [[part.slice(end + 1)], part.length - end - 1];
    if (found.rows.length > 0) yield found;
  }
  const found = rowsIn(held.join(""));
  if (found.rows.length > 0) yield found;
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
