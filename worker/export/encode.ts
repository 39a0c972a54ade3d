import {
  bool,
  float64,
  int32,
  tableFromArrays,
  tableToIPC,
  timestamp,
  TimeUnit,
  utf8,
} from "@uwdata/flechette";
import { parquetWriteBuffer } from "hyparquet-writer";
import { csvField } from "#core/formats/csv-field.ts";
import { exportColumns, type ExportTable } from "#core/domain/export-tables.ts";

/** Columns of equal length by name; times in epoch milliseconds, null where there is no value. */
export type ExportColumns = Record<string, (string | number | boolean | null)[] | Float64Array | Int32Array>;

const arrowTypes = {
  utf8: () => utf8(),
  f64: () => float64(),
  i32: () => int32(),
  bool: () => bool(),
  timestamp: () => timestamp(TimeUnit.MILLISECOND),
};

/** An Arrow IPC stream with the table's declared columns and types, also when it has no rows. */
export function toArrow(table: ExportTable, columns: ExportColumns): Uint8Array<ArrayBuffer> {
  const schema = Object.entries(exportColumns[table]);
  const arrays = Object.fromEntries(schema.map(([name]) => [name, columns[name] ?? []]));
  const types = Object.fromEntries(schema.map(([name, type]) => [name, arrowTypes[type]()]));
  const bytes = tableToIPC(tableFromArrays(arrays, { types }), { format: "stream" });
  if (bytes === null) throw new Error(`the table ${table} could not be encoded`);
  return new Uint8Array(bytes);
}

const parquetTypes = {
  utf8: "STRING",
  f64: "DOUBLE",
  i32: "INT32",
  bool: "BOOLEAN",
  timestamp: "TIMESTAMP",
} as const;

/** A Parquet file with the table's declared columns and types, also when it has no rows; packed with Snappy. */
export function toParquet(table: ExportTable, columns: ExportColumns): Uint8Array<ArrayBuffer> {
  const columnData = Object.entries(exportColumns[table]).map(([name, type]) => ({
    name,
    type: parquetTypes[type],
    data: columns[name] ?? [],
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

/** RFC 4180 with a header; times as ISO 8601. */
export function toCsv(table: ExportTable, columns: ExportColumns): string {
  const schema = Object.entries(exportColumns[table]);
  const rows = columns[schema[0][0]]?.length ?? 0;
  const lines = [schema.map(([name]) => name).join(",")];
  for (let row = 0; row < rows; row++)
    lines.push(
      schema
        .map(([name, type]) => {
          const value = columns[name][row];
          if (value === null || (typeof value === "number" && Number.isNaN(value))) return "";
          return csvField(type === "timestamp" ? new Date(value as number).toISOString() : String(value));
        })
        .join(","),
    );
  return `${lines.join("\r\n")}\r\n`;
}
