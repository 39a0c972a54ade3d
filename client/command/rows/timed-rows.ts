/** Rows that are ready to be sent, with their places in the file; cut, put together and put in order. */
import { type Column, type Columns, gather, selectRows } from "#core/domain/columns.ts";

export interface TimedRows {
  /** Of the model's features; every row of predictions has a time. */
  columns: Columns & { timesMs: Float64Array };
  ids: (string | null)[];
  /** Class indices or numbers, NaN where a row has none; null where labels are not read. */
  labels: Float64Array | null;
  /** Of each row its number in the file, from 0, and its line, from 1; 0 where the format has no lines. */
  rows: Int32Array;
  lines: Int32Array;
}

/** The same rows in the given order and selection. */
export function pickRows({ columns, ids, labels, rows, lines }: TimedRows, order: Int32Array): TimedRows {
  return {
    columns: { ...selectRows(columns, order), timesMs: gather(columns.timesMs, order) },
    ids: Array.from(order, (row) => ids[row]),
    labels: labels && gather(labels, order),
    rows: gather(rows, order),
    lines: gather(lines, order),
  };
}

/** The labels of rows that have one, known `delayMs` after the prediction, with the prediction's time beside. */
export function labelledRows(rows: TimedRows, delayMs: number): TimedRows {
  const { labels } = rows;
  const known = Int32Array.from(rows.rows.keys()).filter(
    (row) => labels !== null && !Number.isNaN(labels[row]),
  );
  const picked = pickRows({ ...rows, columns: { ...rows.columns, columns: new Map() } }, known);
  const values = picked.columns.timesMs;
  return {
    ...picked,
    columns: {
      ...picked.columns,
      timesMs: values.map((time) => time + delayMs),
      columns: new Map([["prediction_timestamp", { kind: "numeric", values }]]),
    },
  };
}

/** Rows [from, to), of the same memory. */
export function cutRows(
  { columns, ids, labels, rows, lines }: TimedRows,
  from: number,
  to: number,
): TimedRows {
  const cut = (column: Column): Column =>
    column.kind === "numeric"
      ? { kind: "numeric", values: column.values.subarray(from, to) }
      : { ...column, codes: column.codes.subarray(from, to) };
  return {
    columns: {
      rows: to - from,
      timesMs: columns.timesMs.subarray(from, to),
      columns: new Map([...columns.columns].map(([name, column]) => [name, cut(column)])),
    },
    ids: ids.slice(from, to),
    labels: labels && labels.subarray(from, to),
    rows: rows.subarray(from, to),
    lines: lines.subarray(from, to),
  };
}

/** One after the other; all have the same columns. */
export function joinRows(parts: readonly TimedRows[]): TimedRows {
  if (parts.length === 1) return parts[0];
  const names = [...(parts[0]?.columns.columns.keys() ?? [])];
  const all = parts.map(({ columns }) => columns);
  return {
    columns: {
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      timesMs: joined(
        all.map(({ timesMs }) => timesMs),
        Float64Array,
      ),
      columns: new Map(
        names.map((name) => [name, joinColumns(all.flatMap(({ columns }) => columns.get(name) ?? []))]),
      ),
    },
    ids: parts.flatMap(({ ids }) => ids),
    labels: parts.every(({ labels }) => labels !== null)
      ? joined(
          parts.flatMap(({ labels }) => labels ?? []),
          Float64Array,
        )
      : null,
    rows: joined(
      parts.map(({ rows }) => rows),
      Int32Array,
    ),
    lines: joined(
      parts.map(({ lines }) => lines),
      Int32Array,
    ),
  };
}

function joined<T extends Float64Array | Int32Array>(
  parts: readonly T[],
  kind: new (length: number) => T,
): T {
  const whole = new kind(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function joinColumns(parts: readonly Column[]): Column {
  const numbers = parts.flatMap((part) => (part.kind === "numeric" ? part.values : []));
  if (numbers.length === parts.length) return { kind: "numeric", values: joined(numbers, Float64Array) };
  const known = new Map<string, number>();
  const codes = parts.flatMap((part) =>
    part.kind === "categorical" ? recoded(part.codes, part.dictionary, known) : [],
  );
  return { kind: "categorical", codes: joined(codes, Int32Array), dictionary: [...known.keys()] };
}

/** Codes into `known`, which gets what it does not have, in the order in which rows show it. */
export function recoded(
  codes: Int32Array,
  dictionary: readonly string[],
  known: Map<string, number>,
): Int32Array {
  const codeOf = new Int32Array(dictionary.length).fill(-1);
  const found = new Int32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row];
    if (code >= 0 && codeOf[code] < 0) {
      const text = dictionary[code];
      codeOf[code] = known.get(text) ?? known.size;
      known.set(text, codeOf[code]);
    }
    found[row] = code < 0 ? -1 : codeOf[code];
  }
  return found;
}
