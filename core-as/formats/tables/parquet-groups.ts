/** The rows of a Parquet file, row group by row group, by hyparquet: only the columns that are wanted, and only those bytes. */
import { type AsyncBuffer, type Compressors, type FileMetaData, parquetRead } from "hyparquet";
import { type TableChunk, unreadable } from "./table.ts";

/**
 * @param wanted names of columns; null where one is not wanted
 * @param compressors for what may be packed otherwise than by Snappy
 */
export async function* rowGroups(
  name: string,
  file: AsyncBuffer,
  metadata: FileMetaData,
  wanted: readonly (string | null)[],
  compressors?: Compressors,
): AsyncGenerator<TableChunk, void, void> {
  const columns = wanted.filter((column) => column !== null);
  let start = 0;
  for (const [place, group] of metadata.row_groups.entries()) {
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
      throw unreadable(name, `row group ${place + 1} is damaged (${messageOf(cause)}).`);
    }
    for (const parts of found.values())
      if (parts.reduce((sum, { data }) => sum + data.length, 0) !== rows)
        throw unreadable(name, `row group ${place + 1} is damaged (a column has another number of values).`);
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

/** 2^51. */
const surelyTold = 0x8_0000_0000_0000;

/**
 * Decimals come as their whole number times 10^−scale, which is no double: 3 tenths are 0.30000000000000004 then, and another value
 * than the 0.3 of a CSV file. Divided by 10^scale, which is one, they are the nearest double. Past 2^51 units there is
 * no telling.
 */
export function nearestDecimals(values: ArrayLike<unknown>, scale: number): unknown[] {
  const power = scale <= 22 ? Number(`1e${scale}`) : NaN;
  return Array.from(values, (value) => {
    const units = typeof value === "number" ? Math.round(value * power) : NaN;
    return Math.abs(units) < surelyTold ? units / power : value;
  });
}

export const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/^parquet /, "").slice(0, 120);
