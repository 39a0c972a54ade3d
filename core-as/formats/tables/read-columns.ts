/** A file's columns, whole: memory goes with rows and columns, not with the file's text. */
import { ProblemError } from "../../domain/errors.ts";
import { limits } from "../../domain/limits.ts";
import { columnBuilder, type RawColumn } from "./column-builder.ts";
import { openTable } from "./open-table.ts";
import type { ByteSource, ReadOptions, TableFormat } from "./table.ts";

export interface FileColumns {
  /** Of all columns, also of those that were not wanted. */
  names: readonly string[];
  columns: Map<string, RawColumn>;
  rows: number;
  format: TableFormat;
  remarks: string[];
}

/** @throws ProblemError `file_unreadable` with the place */
export async function readColumns(
  source: ByteSource,
  options: ReadOptions,
  wants: (name: string, names: readonly string[]) => boolean,
): Promise<FileColumns> {
  const table = await openTable(source, options);
  const { names, format, remarks } = table;
  const tooLong = names.find((name) => name.length > limits.nameLength);
  if (tooLong !== undefined)
    throw new ProblemError(
      "file_unreadable",
      `${source.name} has a column name of ${tooLong.length} characters: is its first line a header?`,
    );
  const builders = names.map((name) => (wants(name, names) ? columnBuilder(name) : null));
  let rows = 0;
  for await (const chunk of table.chunks(builders.map((builder) => builder !== null))) {
    rows += chunk.rows;
    builders.forEach((builder, i) => builder?.add(chunk.columns[i], chunk.rows));
  }
  const columns = new Map<string, RawColumn>();
  for (const builder of builders) {
    const column = builder?.finish();
    if (column) columns.set(column.name, column);
  }
  return { names, columns, rows, format, remarks };
}
