/** Arrow IPC, files and streams, by Flechette: record batch by record batch, over the file's own bytes. */
import { tableFromIPC } from "@uwdata/flechette";
import { type ByteSource, type ReadOptions, type Table, uniqueNames, unreadable } from "./table.ts";
import { bytesOf } from "./text.ts";

export async function openArrow(source: ByteSource, options: ReadOptions): Promise<Table> {
  const remarks: string[] = [];
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of bytesOf(source, options.progress)) {
    parts.push(bytes);
    size += bytes.length;
  }
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  parts.length = 0;
  let table: ReturnType<typeof tableFromIPC>;
  try {
    table = tableFromIPC(all, { useDate: true });
  } catch (cause) {
    throw unreadable(
      source.name,
      `it is no Arrow file (${cause instanceof Error ? cause.message : String(cause)}).`,
    );
  }
  const names = uniqueNames(
    table.names.map((name) => String(name)),
    remarks,
  );
  return {
    ...{ format: "arrow", names, remarks },
    async *chunks(wanted) {
      const columns = table.children;
      const batches = columns[0]?.data.length ?? 0;
      for (let batch = 0; batch < batches; batch++) {
        const rows = columns[0].data[batch].length;
        yield {
          rows,
          columns: columns.map((column, i) =>
            wanted[i] ? Array.from({ length: rows }, (_, row): unknown => column.data[batch].at(row)) : null,
          ),
        };
      }
    },
  };
}
