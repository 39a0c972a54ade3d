/** The same rows as bodies of every form, by what their values are. */
import { bool, type DataType, float64, tableFromArrays, tableToIPC, utf8 } from "@uwdata/flechette";
import { env, SELF } from "cloudflare:test";
import { arrowStreamType } from "#core/formats/arrow.ts";
import { type BinaryColumn, binaryColumnsType, writeBinaryColumns } from "#core/formats/binary-columns.ts";
import type { Reply } from "./model-scenario.ts";

type Rows = readonly Readonly<Record<string, unknown>>[];

const namesOf = (rows: Rows): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))];
const columnOf = (rows: Rows, name: string): unknown[] => rows.map((row) => row[name] ?? null);

export const ndjsonOf = (rows: Rows): string => rows.map((row) => JSON.stringify(row)).join("\n");

export function csvOf(rows: Rows, delimiter = ",", lineEnd = "\n"): string {
  const names = namesOf(rows);
  const field = (value: unknown): string => {
    const text = value === null || value === undefined ? "" : String(value as string);
    return /["\n\r,;\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = rows.map((row) => names.map((name) => field(row[name])).join(delimiter));
  return [names.map(field).join(delimiter), ...lines].join(lineEnd) + lineEnd;
}

export function arrowOf(rows: Rows): Uint8Array<ArrayBuffer> {
  const columns = namesOf(rows).map((name) => [name, columnOf(rows, name)] as const);
  const types = Object.fromEntries(
    columns.map(([name, values]): [string, DataType] => {
      const kind = typeof values.find((value) => value !== null);
      return [name, kind === "number" ? float64() : kind === "boolean" ? bool() : utf8()];
    }),
  );
  return new Uint8Array(tableToIPC(tableFromArrays(Object.fromEntries(columns), { types }), {}) ?? []);
}

export function binaryOf(rows: Rows): Uint8Array<ArrayBuffer> {
  const columns = namesOf(rows).map((name): BinaryColumn => {
    const values = columnOf(rows, name);
    const kind = typeof values.find((value) => value !== null);
    if (kind === "number")
      return { name, type: "f64", values: Float64Array.from(values, (one) => (one as number | null) ?? NaN) };
    const dictionary =
      kind === "boolean" ? ["false", "true"] : [...new Set(values.filter(Boolean).map(String))];
    const codes = Int32Array.from(values, (one) =>
      one === null ? -1 : dictionary.indexOf(String(one as string)),
    );
    return { name, type: "category", values: codes, dictionary };
  });
  return writeBinaryColumns(rows.length, columns);
}

/** Bodies of all forms but JSON, with their content types. */
export const formsOf = (
  rows: Rows,
): [form: string, type: string, body: string | Uint8Array<ArrayBuffer>][] => [
  ["NDJSON", "application/x-ndjson", ndjsonOf(rows)],
  [
    "JSON lines with their line ends",
    "application/jsonl; charset=utf-8",
    `${ndjsonOf(rows).replaceAll("\n", "\r\n")}\r\n`,
  ],
  ["CSV", "text/csv", csvOf(rows)],
  ["CSV of a spreadsheet", "text/csv; charset=utf-8", `\ufeff${csvOf(rows, ";", "\r\n")}`],
  ["tab-separated values", "text/tab-separated-values", csvOf(rows, "\t")],
  ["an Arrow stream", arrowStreamType, arrowOf(rows)],
  ["binary columns", binaryColumnsType, binaryOf(rows)],
];

/** Posts a body as it is. */
export async function post<T>(
  path: string,
  type: string | null,
  body: BodyInit,
  headers: Record<string, string> = {},
): Promise<Reply<T>> {
  const reply = await SELF.fetch(`http://127.0.0.1:4280/v1/models/${path}`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${env.MDT_OWNER_SECRET}`,
      ...(type === null ? {} : { "content-type": type }),
      ...headers,
    },
    body,
  });
  return { status: reply.status, body: (await reply.json()) as T };
}

export async function gzipped(body: BodyInit): Promise<ArrayBuffer> {
  const stream = new Response(body).body!.pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}
