/** Rows as columns: what every format is read into and what the kernel counts. */

/** NaN is missing; ±Infinity are values that are counted apart. */
export interface NumericColumn {
  kind: "numeric";
  values: Float64Array;
}

/** Codes into `dictionary`; −1 is missing. Booleans are the categories "false" and "true". */
export interface CategoricalColumn {
  kind: "categorical";
  codes: Int32Array;
  dictionary: string[];
}

export type Column = NumericColumn | CategoricalColumn;

export interface Columns {
  rows: number;
  /** Event time of each row in epoch milliseconds; null where rows have none. */
  timesMs: Float64Array | null;
  columns: Map<string, Column>;
  /** Of a file: columns that hold nothing that can be counted, and the name of their type. A model that has none of them does without. */
  unreadable?: ReadonlyMap<string, string>;
}

/** The same rows in the given order and selection. */
export function selectRows({ timesMs, columns }: Columns, rows: Int32Array): Columns {
  const pick = (column: Column): Column =>
    column.kind === "numeric"
      ? { kind: "numeric", values: gather(column.values, rows) }
      : { ...column, codes: gather(column.codes, rows) };
  return {
    rows: rows.length,
    timesMs: timesMs && gather(timesMs, rows),
    columns: new Map([...columns].map(([name, column]) => [name, pick(column)])),
  };
}

/** The values at the given places. A plain loop: `from` with a callback takes several times as long. */
export function gather<T extends Float64Array | Int32Array>(values: T, rows: Int32Array): T {
  const picked = values instanceof Int32Array ? new Int32Array(rows.length) : new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) picked[i] = values[rows[i]];
  return picked as T;
}

/** How often each code occurs, the missing first. Plain loops over integers: a callback a row takes ten times as long. */
export function tallied({ codes, dictionary }: CategoricalColumn, rows: Int32Array | undefined): Int32Array {
  const tally = new Int32Array(dictionary.length + 1);
  if (rows) for (let i = 0; i < rows.length; i++) tally[codes[rows[i]] + 1]++;
  else for (let i = 0; i < codes.length; i++) tally[codes[i] + 1]++;
  return tally;
}
