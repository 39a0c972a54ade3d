/** Data sets of the reference data as the columns that the product counts. */
import type { Column, Columns } from "#core/domain/columns.ts";
import { parseTimestamp } from "#core/formats/timestamp.ts";
import { readTable } from "./reference-data.ts";

/** Numbers where every text is one, categories otherwise; an empty text is a missing value. `timestamp` is the time. */
export function tableColumns(name: string, wanted?: readonly string[]): Columns {
  const table = readTable(name);
  const times = table.get("timestamp");
  const names = [...table.keys()].filter(
    (column) => column !== "timestamp" && (wanted?.includes(column) ?? true),
  );
  return {
    rows: [...table.values()][0].length,
    timesMs: times ? Float64Array.from(times, parseTimestamp) : null,
    columns: new Map(names.map((column) => [column, columnOf(table.get(column)!)])),
  };
}

export function columnOf(texts: readonly string[]): Column {
  if (texts.every((text) => text === "" || Number.isFinite(Number(text))))
    return {
      kind: "numeric",
      values: Float64Array.from(texts, (text) => (text === "" ? NaN : Number(text))),
    };
  const dictionary = [...new Set(texts.filter((text) => text !== ""))];
  const codes = new Map(dictionary.map((text, code) => [text, code]));
  return { kind: "categorical", codes: Int32Array.from(texts, (text) => codes.get(text) ?? -1), dictionary };
}

/** A table of the given columns: numbers, or texts. */
export function tableOf(columns: Record<string, readonly number[] | readonly string[]>): Columns {
  const entries = Object.entries(columns).map(([name, values]): [string, Column] => [
    name,
    values.every((value) => typeof value === "number")
      ? { kind: "numeric", values: Float64Array.from(values as readonly number[]) }
      : categories(values as readonly string[]),
  ]);
  return { rows: Object.values(columns)[0]?.length ?? 0, timesMs: null, columns: new Map(entries) };
}

function categories(texts: readonly string[]): Column {
  const dictionary = [...new Set(texts.filter((text) => text !== ""))];
  return {
    kind: "categorical",
    codes: Int32Array.from(texts, (text) => dictionary.indexOf(text)),
    dictionary,
  };
}
