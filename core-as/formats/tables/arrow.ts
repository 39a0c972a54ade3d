/**
 * Arrow IPC, files (Feather) and streams, by Flechette: record batch by record batch, over the file's own bytes. The file is held
 * in memory; columns are taken from its buffers without a value in between where they are plain numbers. Columns that are no
 * single values (lists, structures, binary, …) are left out with a remark.
 */
import { type Column, type DataType, tableFromIPC, Type } from "@uwdata/flechette";
import { checkedStream } from "../arrow-messages.ts";
import { readCompressed } from "./arrow-compression.ts";
import { type ByteSource, type ReadOptions, type Table, uniqueNames, unreadable } from "./table.ts";
import { wholeOf } from "./text.ts";

/** Rows that a byte of a file may stand for: compressed columns of one value take next to nothing. */
const rowsPerByte = 256;

export async function openArrow(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const bytes = await wholeOf(source, options.progress);
  const { names, columns } = decoded(source.name, bytes);
  const kept = columns.map((column, i) => {
    const what = refusal(column.type as DataType | undefined);
    if (what !== null) remarks.push(`"${names[i]}" holds ${what}: it was left out.`);
    return what === null;
  });
  const unique = uniqueNames(names, remarks).filter((_, i) => kept[i]);
  const read = columns.filter((_, i) => kept[i]);
  return {
    ...{ format: "arrow", names: unique, remarks },
    async *chunks(wanted) {
      const batches = columns[0]?.data.length ?? 0;
      for (let batch = 0; batch < batches; batch++) {
        const rows = columns[0].data[batch].length;
        try {
          yield {
            rows,
            columns: read.map((column, i) => (wanted[i] ? valuesOf(column, batch, rows) : null)),
          };
        } catch (cause) {
          throw unreadable(source.name, `record batch ${batch + 1} is damaged (${messageOf(cause)}).`);
        }
      }
    },
  };
}

function decoded(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
): { names: string[]; columns: Column<unknown>[] } {
  readCompressed();
  try {
    const table = tableFromIPC(checkedStream(bytes, rowsPerByte), { useDate: true, useBigInt: true });
    const rows = table.numRows;
    if (table.children.some(({ length }) => length !== rows)) throw new Error("columns differ in length");
    return { names: table.names.map(String), columns: table.children };
  } catch (cause) {
    throw unreadable(name, `it is no Arrow file, or cut off or damaged (${messageOf(cause)}).`);
  }
}

const single = new Set<number>([
  ...[
    Type.Null,
    Type.Int,
    Type.Float,
    Type.Bool,
    Type.Decimal,
    Type.Date,
    Type.Time,
    Type.Timestamp,
    Type.Duration,
  ],
  ...[Type.Utf8, Type.LargeUtf8, Type.Utf8View, Type.RunEndEncoded],
]);

/** What a column holds that is no single value; null where it can be read. */
function refusal(type: DataType | undefined): string | null {
  if (type === undefined) return null;
  const whole = type.typeId === Type.Dictionary ? type.dictionary : type;
  const { typeId } = whole;
  if (single.has(typeId)) return null;
  const called = Object.entries(Type).find(([, id]) => id === typeId)?.[0] ?? `type ${typeId}`;
  return `values of the Arrow type ${called}`;
}

/** Plain numbers as they lie; everything else value by value. */
function valuesOf(column: Column<unknown>, batch: number, rows: number): ArrayLike<unknown> {
  const data = column.data[batch];
  if (data.length !== rows) throw new Error("its columns differ in length");
  const { values } = data as unknown as { values: unknown };
  const type = column.type as DataType;
  const plain =
    (type.typeId === Type.Float && type.precision > 0) || (type.typeId === Type.Int && type.bitWidth < 64);
  if (plain && data.nullCount === 0 && ArrayBuffer.isView(values)) {
    const numbers = values as Float64Array;
    if (numbers.length < rows) throw new Error("it is cut off");
    return numbers.length === rows ? numbers : numbers.subarray(0, rows);
  }
  const read = new Array<unknown>(rows);
  for (let row = 0; row < rows; row++) read[row] = data.at(row);
  return read;
}

const messageOf = (cause: unknown): string =>
  (cause instanceof Error ? cause.message : String(cause)).replace(/^The body /, "").slice(0, 120);
