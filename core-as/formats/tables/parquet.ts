/**
 * Parquet, by hyparquet: row group by row group, only the columns that are wanted, and only those bytes. Columns that are no
 * single values (lists, structures, raw bytes) are left out with a remark. A file inside gzip is unpacked in memory.
 */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, type SchemaElement } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { messageOf, nearestDecimals, rowGroups } from "./parquet-groups.ts";
import { type ByteSource, type ReadOptions, type Table, uniqueNames, unreadable } from "./table.ts";
import { wholeOf } from "./text.ts";

export async function openParquet(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const file = await bufferOf(source, options.progress);
  const start = new Uint8Array(await file.slice(0, 4));
  if (start[3] === 0x45) throw unreadable(source.name, "it is encrypted Parquet.");
  let metadata: FileMetaData;
  let columns: ReturnType<typeof columnsIn>;
  try {
    metadata = await parquetMetadataAsync(file);
    checkLengths(metadata, file.byteLength);
    columns = columnsIn(metadata.schema);
  } catch (cause) {
    throw unreadable(source.name, `it is no Parquet file, or cut off or damaged (${messageOf(cause)}).`);
  }
  for (const { name, holds } of columns)
    if (holds !== null) remarks.push(`"${name}" holds ${holds}: it was left out.`);
  const read = columns.filter(({ holds }) => holds === null);
  const names = uniqueNames(
    read.map(({ name }) => name),
    remarks,
  );
  return {
    ...{ format: "parquet", names, remarks },
    async *chunks(wanted) {
      const asked = read.map(({ name }, i) => (wanted[i] ? name : null));
      for await (const chunk of rowGroups(source.name, file, metadata, asked, compressors))
        yield { ...chunk, columns: chunk.columns.map((values, i) => asDecimals(values, read[i].scale)) };
    },
  };
}

const asDecimals = (values: ArrayLike<unknown> | null, scale: number | null): ArrayLike<unknown> | null =>
  values === null || scale === null ? values : nearestDecimals(values, scale);

async function bufferOf(source: ByteSource, progress: ReadOptions["progress"]): Promise<AsyncBuffer> {
  const start = await source.slice(0, 2);
  if (start[0] === 0x1f && start[1] === 0x8b) {
    const { buffer, byteLength } = await wholeOf(source, progress);
    return { byteLength, slice: (from, to) => buffer.slice(from, to ?? byteLength) };
  }
  let read = 0;
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      const from = start < 0 ? Math.max(0, source.size + start) : start;
      const bytes = await source.slice(from, end);
      read += bytes.length;
      await progress?.(Math.min(read, source.size));
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    },
  };
}

/** A file that says more than it can hold must not ask for memory. */
function checkLengths({ row_groups: groups }: FileMetaData, size: number): void {
  for (const { columns, num_rows: rows } of groups) {
    // A run of one value may stand for any number of rows; engines hold lists of 2^32.
    if (rows < 0n || rows > 0x7fffffffn) throw new Error("impossible number of rows");
    for (const { meta_data: about } of columns) {
      if (!about) throw new Error("a column without a description");
      const start = Number(about.dictionary_page_offset ?? about.data_page_offset);
      const length = Number(about.total_compressed_size);
      if (start < 0 || length < 0 || start + length > size)
        throw new Error("a column beyond the end of the file");
    }
  }
}

/** `holds` says what is no single value, null where it can be read; `scale` is that of decimals. */
interface ParquetColumn {
  name: string;
  holds: string | null;
  scale: number | null;
}

/** The children of the root are the columns. */
function columnsIn([root, ...elements]: SchemaElement[]): ParquetColumn[] {
  const columns: ParquetColumn[] = [];
  let at = 0;
  const skip = (): void => {
    const children = elements[at++]?.num_children ?? 0;
    for (let child = 0; child < children && at < elements.length; child++) skip();
  };
  for (let child = 0; child < (root?.num_children ?? 0) && at < elements.length; child++) {
    const { name, converted_type: converted, scale } = elements[at];
    const decimals = converted === "DECIMAL" ? (scale ?? 0) : null;
    columns.push({ name: String(name), holds: refusal(elements[at]), scale: decimals });
    skip();
  }
  return columns;
}

function refusal({
  num_children: children,
  repetition_type: repetition,
  type,
  converted_type: converted,
  logical_type: logical,
}: SchemaElement): string | null {
  if ((children ?? 0) > 0 || repetition === "REPEATED") return "lists or structures";
  if (converted === "BSON" || converted === "INTERVAL") return `values of the Parquet type ${converted}`;
  if (type !== "FIXED_LEN_BYTE_ARRAY") return null;
  const readable = converted === "DECIMAL" || ["DECIMAL", "FLOAT16", "UUID"].includes(logical?.type ?? "");
  return readable ? null : "raw bytes";
}
