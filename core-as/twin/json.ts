/** JSON rows through `JSON.parse`: the way that the kernel's parser is held to. */
import { utf8 } from "../domain/utf8.ts";
import type { JsonColumn, JsonField, JsonRows } from "../kernel/api.ts";

export function readJsonRows(text: Uint8Array, fields: readonly JsonField[]): JsonRows | null {
  let rows: unknown;
  try {
    rows = JSON.parse(utf8(text) ?? "");
  } catch {
    return null;
  }
  if (!Array.isArray(rows) || rows.length === 0 || fields.length === 0) return null;
  const names = fields.map(({ name }) => name).join("\0");
  for (const row of rows as unknown[]) {
    if (typeof row !== "object" || row === null || Object.keys(row).join("\0") !== names) return null;
    if (Object.values(row).some((value) => typeof value === "object" && value !== null)) return null;
  }
  const columns = fields.map((field) =>
    readColumn(
      field,
      (rows as Record<string, unknown>[]).map((row) => row[field.name]),
    ),
  );
  return columns.includes(null) ? null : { rows: rows.length, columns: columns as JsonColumn[] };
}

function readColumn({ kind }: JsonField, values: unknown[]): JsonColumn | null {
  if (kind === "nothing") return { kind };
  if (kind === "text") return { kind, texts: values };
  if (kind === "category") {
    const codes = new Map<unknown, number>();
    for (const value of values) if (!codes.has(value)) codes.set(value, codes.size);
    return {
      kind,
      codes: Float64Array.from(values, (value) => codes.get(value) ?? -1),
      distinct: [...codes.keys()],
    };
  }
  const numbers = new Float64Array(values.length).fill(NaN);
  for (const [row, value] of values.entries()) {
    if (typeof value === "number" || (kind === "flag" && typeof value === "boolean"))
      numbers[row] = Number(value);
    else if (value !== null) return null;
  }
  return { kind, values: numbers };
}
