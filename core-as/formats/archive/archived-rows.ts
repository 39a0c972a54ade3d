/** Archived rows as columns: those of a batch as they were counted, several files' as one, in the order of their time. */
import {
  type Archived,
  type ArchiveColumn,
  archiveColumns,
  type ArchiveType,
  ownColumns,
} from "../../domain/archive.ts";
import { type CategoricalColumn, type Column, type Columns, selectRows } from "../../domain/columns.ts";

/** A batch's rows that are counted, as they were read. */
export interface CountedRows {
  columns: Columns;
  predictionIds: readonly (string | null)[];
  version: string | null;
}

/** A batch's rows with every column of the archive; labels come later. */
export function toArchived(model: Archived, batch: CountedRows): Columns {
  const { rows, timesMs, columns } = batch.columns;
  const own = new Map<string, Column>([
    ["prediction_id", textColumn(batch.predictionIds)],
    [ownColumns(model).version, constantColumn(batch.version, rows)],
  ]);
  return {
    rows,
    timesMs: timesMs ?? new Float64Array(rows).fill(NaN),
    columns: completed(archiveColumns(model), new Map([...columns, ...own]), rows),
  };
}

/** Every declared column but the rows' time, in order; one that is not there has no value. */
export function completed(
  schema: readonly ArchiveColumn[],
  given: ReadonlyMap<string, Column>,
  rows: number,
): Map<string, Column> {
  return new Map(
    schema
      .filter(({ name }) => name !== "timestamp")
      .map(({ name, type }) => [name, fitting(given.get(name), type) ?? emptyColumn(type, rows)]),
  );
}

const kindOf = (type: ArchiveType): Column["kind"] =>
  type === "number" || type === "time" ? "numeric" : "categorical";

/** A column of another kind can only be one without a value, whose type no file tells. */
const fitting = (column: Column | undefined, type: ArchiveType): Column | undefined =>
  column?.kind === kindOf(type) ? column : undefined;

function emptyColumn(type: ArchiveType, rows: number): Column {
  return kindOf(type) === "numeric"
    ? { kind: "numeric", values: new Float64Array(rows).fill(NaN) }
    : { kind: "categorical", codes: new Int32Array(rows).fill(-1), dictionary: [] };
}

function textColumn(texts: readonly (string | null)[]): CategoricalColumn {
  const dictionary: string[] = [];
  const codes = Int32Array.from(texts, (text) => (text === null ? -1 : dictionary.push(text) - 1));
  return { kind: "categorical", codes, dictionary };
}

function constantColumn(text: string | null, rows: number): CategoricalColumn {
  const codes = new Int32Array(rows).fill(text === null ? -1 : 0);
  return { kind: "categorical", codes, dictionary: text === null ? [] : [text] };
}

/** Rows of several files, one after the other. All have the columns of the schema. */
export function concatenateRows(schema: readonly ArchiveColumn[], parts: readonly Columns[]): Columns {
  if (parts.length === 1) return parts[0];
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const timesMs = new Float64Array(rows);
  let at = 0;
  for (const part of parts) {
    timesMs.set(part.timesMs ?? new Float64Array(part.rows).fill(NaN), at);
    at += part.rows;
  }
  const join = ({ name, type }: ArchiveColumn): Column => {
    const columns = parts.map((part) => part.columns.get(name) ?? emptyColumn(type, part.rows));
    return kindOf(type) === "numeric" ? joinNumbers(columns, rows) : joinTexts(columns, rows);
  };
  return {
    rows,
    timesMs,
    columns: new Map(
      schema.filter(({ name }) => name !== "timestamp").map((column) => [column.name, join(column)]),
    ),
  };
}

function joinNumbers(columns: readonly Column[], rows: number): Column {
  const values = new Float64Array(rows);
  let at = 0;
  for (const column of columns) {
    if (column.kind !== "numeric") throw new TypeError("a column of numbers was given categories");
    values.set(column.values, at);
    at += column.values.length;
  }
  return { kind: "numeric", values };
}

function joinTexts(columns: readonly Column[], rows: number): Column {
  const codes = new Int32Array(rows).fill(-1);
  const known = new Map<string, number>();
  let at = 0;
  for (const column of columns) {
    if (column.kind !== "categorical") throw new TypeError("a column of categories was given numbers");
    const codeOf = column.dictionary.map((text) => {
      const code = known.get(text) ?? known.size;
      known.set(text, code);
      return code;
    });
    for (const code of column.codes) codes[at++] = code < 0 ? -1 : codeOf[code];
  }
  return { kind: "categorical", codes, dictionary: [...known.keys()] };
}

/** In the order of their time; rows of one time stay as they are. */
export function sortedByTime(rows: Columns): Columns {
  const { timesMs } = rows;
  if (timesMs === null || timesMs.every((time, row) => row === 0 || timesMs[row - 1] <= time)) return rows;
  const order = Int32Array.from(timesMs.keys());
  order.sort((a, b) => timesMs[a] - timesMs[b] || a - b);
  return selectRows(rows, order);
}

/** The texts that rows have, and codes into them: nothing of rows that are not there stays behind in the dictionary. */
export function usedTexts({ codes, dictionary }: CategoricalColumn): CategoricalColumn {
  const renamed = new Int32Array(dictionary.length).fill(-1);
  const used: string[] = [];
  const recoded = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code >= 0 && renamed[code] < 0) renamed[code] = used.push(dictionary[code]) - 1;
    recoded[row] = code < 0 ? -1 : renamed[code];
  }
  return { kind: "categorical", codes: recoded, dictionary: used };
}
