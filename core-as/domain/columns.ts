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
}

/** The same rows in the given order and selection. */
export function selectRows({ timesMs, columns }: Columns, rows: Int32Array): Columns {
  const pick = (column: Column): Column =>
    column.kind === "numeric"
      ? { kind: "numeric", values: Float64Array.from(rows, (row) => column.values[row]) }
      : { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) };
  return {
    rows: rows.length,
    timesMs: timesMs && Float64Array.from(rows, (row) => timesMs[row]),
    columns: new Map([...columns].map(([name, column]) => [name, pick(column)])),
  };
}
