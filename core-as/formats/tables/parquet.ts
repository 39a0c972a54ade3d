/** Parquet, by hyparquet: row group by row group, only the columns that are wanted, and only those bytes. */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, parquetRead } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import {
  type ByteSource,
  type ReadOptions,
  type Table,
  type TableChunk,
  uniqueNames,
  unreadable,
} from "./table.ts";

export async function openParquet(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  let read = 0;
  const file: AsyncBuffer = {
    byteLength: source.size,
    async slice(start, end = source.size) {
      const from = start < 0 ? source.size + start : start;
      const bytes = await source.slice(from, end);
      read += bytes.length;
      await options.progress?.(read);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  };
  let metadata: FileMetaData;
  try {
    metadata = await parquetMetadataAsync(file);
  } catch (cause) {
    throw unreadable(source.name, `it is no Parquet file (${messageOf(cause)}).`);
  }
  // The children of the root are the columns; those with children of their own are nested, and no single values.
  const [root, ...elements] = metadata.schema;
  const columns: { name: string; nested: boolean }[] = [];
  let at = 0;
  const skip = (): void => {
    const children = elements[at++].num_children ?? 0;
    for (let child = 0; child < children; child++) skip();
  };
  for (let child = 0; child < (root.num_children ?? 0); child++) {
    const { name, num_children: children = 0, repetition_type: repetition } = elements[at];
    columns.push({ name, nested: children > 0 || repetition === "REPEATED" });
    skip();
  }
  const names = uniqueNames(
    columns.map(({ name }) => name),
    remarks,
  );
  for (const { name, nested } of columns)
    if (nested) remarks.push(`"${name}" holds lists or structures: it was left out.`);
  return {
    ...{ format: "parquet", names, remarks },
    chunks: (wanted) =>
      chunksOf(
        source.name,
        file,
        metadata,
        columns.map(({ name, nested }, i) => (wanted[i] && !nested ? name : null)),
      ),
  };
}

async function* chunksOf(
  name: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  wanted: readonly (string | null)[],
): AsyncGenerator<TableChunk, void, void> {
  const columns = wanted.filter((column) => column !== null);
  let start = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const found = new Map<string, { rowStart: number; data: ArrayLike<unknown> }[]>();
    try {
      if (columns.length > 0 && rows > 0)
        await parquetRead({
          ...{ file, metadata, columns, compressors, rowStart: start, rowEnd: start + rows },
          onChunk: ({ columnName, columnData, rowStart }) => {
            const list = found.get(columnName) ?? [];
            list.push({ rowStart, data: columnData as ArrayLike<unknown> });
            found.set(columnName, list);
          },
        });
    } catch (cause) {
      throw unreadable(name, `its data are damaged (${messageOf(cause)}).`);
    }
    yield {
      rows,
      columns: wanted.map((column) => {
        const parts = column === null ? undefined : found.get(column);
        if (parts === undefined) return null;
        if (parts.length === 1) return parts[0].data;
        return parts.sort((a, b) => a.rowStart - b.rowStart).flatMap(({ data }) => Array.from(data));
      }),
    };
    start += rows;
  }
}

const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/^parquet /, "").slice(0, 120);
