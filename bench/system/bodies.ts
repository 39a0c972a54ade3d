/** Batches as senders would make them: rows of one law in every form that is taken. */
import {
  columnFromArray,
  type DataType,
  float64,
  tableFromColumns,
  tableToIPC,
  utf8,
} from "@uwdata/flechette";
import type { Columns } from "#core/domain/columns.ts";
import type { Feature } from "#core/domain/model.ts";
import { arrowStreamType } from "#core/formats/arrow.ts";
import { binaryColumnsOf, binaryColumnsType, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import { normals } from "../data.ts";

export type Form = "json" | "ndjson" | "json-columns" | "binary" | "arrow" | "labels";

export interface Body {
  contentType: string;
  bytes: Buffer;
}

/**
 * A third of the features are whole numbers, a third amounts in hundredths, a third scores with all their digits: so the text
 * of a row is neither the shortest nor the longest that numbers can be. Every hundredth value is missing.
 */
export function rowsOf(
  features: readonly Feature[],
  rows: number,
  seed: number,
  timesMs: Float64Array | null,
): Columns {
  const columns: Columns["columns"] = new Map();
  features.forEach(({ name, role }, feature) => {
    const z = normals(rows, 1000 * seed + feature);
    const values = z.map((value) =>
      role === "score" ? 1 / (1 + Math.exp(-value)) : valueOf(feature, value),
    );
    if (role !== "score") for (let row = feature % 100; row < rows; row += 100) values[row] = NaN;
    columns.set(name, { kind: "numeric", values });
  });
  return { rows, timesMs, columns };
}

function valueOf(feature: number, z: number): number {
  if (feature % 3 === 0) return Math.round(40 + 12 * z);
  return feature % 3 === 1 ? Math.round(5000 + 1500 * z) / 100 : z;
}

/** @param ids of the rows, where labels are to find them */
export function bodyOf(form: Exclude<Form, "labels">, columns: Columns, ids: readonly string[] | null): Body {
  switch (form) {
    case "json":
      return text("application/json", JSON.stringify({ rows: objectsOf(columns, ids) }));
    case "ndjson":
      return text(
        "application/x-ndjson",
        objectsOf(columns, ids)
          .map((row) => `${JSON.stringify(row)}\n`)
          .join(""),
      );
    case "json-columns":
      return text("application/json", JSON.stringify({ columns: objectOfColumns(columns, ids) }));
    case "binary": {
      const codes = Int32Array.from({ length: columns.rows }, (_, row) => row);
      const own = ids && [
        { name: "prediction_id", type: "category" as const, values: codes, dictionary: ids },
      ];
      const bytes = writeBinaryColumns(columns.rows, [...binaryColumnsOf(columns), ...(own ?? [])]);
      return { contentType: binaryColumnsType, bytes: Buffer.from(bytes.buffer) };
    }
    case "arrow":
      return { contentType: arrowStreamType, bytes: arrowOf(columns, ids) };
  }
}

/** True or false by turns, for the rows of these ids. */
export function labelsOf(ids: readonly string[], timeMs: number): Body {
  const columns = {
    prediction_id: ids,
    label: ids.map((_, row) => row % 2 === 0),
    prediction_timestamp: ids.map(() => timeMs),
  };
  return text("application/json", JSON.stringify({ columns }));
}

const text = (contentType: string, body: string): Body => ({ contentType, bytes: Buffer.from(body) });

const present = (value: number): number | null => (Number.isNaN(value) ? null : value);

/** Numbers by name: all that these rows hold. */
const numbersOf = ({ columns }: Columns): [string, Float64Array][] =>
  Array.from(columns).flatMap(([name, column]) =>
    column.kind === "numeric" ? [[name, column.values] as [string, Float64Array]] : [],
  );

function objectsOf(columns: Columns, ids: readonly string[] | null): Record<string, unknown>[] {
  const numbers = numbersOf(columns);
  return Array.from({ length: columns.rows }, (_, row) => ({
    ...(ids && { prediction_id: ids[row] }),
    ...(columns.timesMs && { timestamp: columns.timesMs[row] }),
    ...Object.fromEntries(numbers.map(([name, values]) => [name, present(values[row])])),
  }));
}

function objectOfColumns(columns: Columns, ids: readonly string[] | null): Record<string, unknown> {
  return {
    ...(ids && { prediction_id: ids }),
    ...(columns.timesMs && { timestamp: [...columns.timesMs] }),
    ...Object.fromEntries(numbersOf(columns).map(([name, values]) => [name, Array.from(values, present)])),
  };
}

function arrowOf(columns: Columns, ids: readonly string[] | null): Buffer {
  const [number, string]: DataType[] = [float64(), utf8()];
  const times: [string, Float64Array][] = columns.timesMs ? [["timestamp", columns.timesMs]] : [];
  const named = [...times, ...numbersOf(columns)].map(
    ([name, values]) => [name, columnFromArray(Array.from(values, present), number)] as const,
  );
  const own = ids ? [["prediction_id", columnFromArray([...ids], string)] as const] : [];
  const bytes = tableToIPC(tableFromColumns(Object.fromEntries([...own, ...named])), {}) ?? [];
  return Buffer.from(bytes);
}
