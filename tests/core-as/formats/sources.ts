/** Files for the readers' tests: bytes in memory that arrive in parts of any size, and what is read from them. */
import { columnBuilder, type RawColumn } from "#core/formats/tables/column-builder.ts";
import { openTable } from "#core/formats/tables/open-table.ts";
import type { ByteSource, ReadOptions } from "#core/formats/tables/table.ts";

type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export function sourceOf(name: string, content: string | Bytes, part = 1 << 16): ByteSource {
  const bytes = typeof content === "string" ? utf8(content) : content;
  return {
    ...{ name, size: bytes.length },
    stream() {
      let at = 0;
      return new ReadableStream<Bytes>({
        pull(controller) {
          if (at >= bytes.length) return controller.close();
          controller.enqueue(bytes.slice(at, at + part));
          at += part;
        },
      });
    },
    slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
  };
}

export interface Read {
  names: string[];
  rows: number;
  columns: Record<string, unknown[]>;
  remarks: string[];
}

/** Every value of a file, as the reader gives it. */
export async function readAll(
  name: string,
  content: string | Bytes,
  options: ReadOptions = {},
  part?: number,
): Promise<Read> {
  const table = await openTable(sourceOf(name, content, part), options);
  const columns = table.names.map((): unknown[] => []);
  let rows = 0;
  for await (const chunk of table.chunks(table.names.map(() => true))) {
    rows += chunk.rows;
    chunk.columns.forEach((values, i) =>
      columns[i].push(...(values ? Array.from(values) : Array(chunk.rows).fill(null))),
    );
  }
  const named = Object.fromEntries(table.names.map((key, i) => [key, columns[i]]));
  return { names: table.names, rows, columns: named, remarks: table.remarks };
}

/** The columns of a file, built as a comparison builds them. */
export async function builtFrom(
  name: string,
  content: string | Bytes,
  options: ReadOptions = {},
): Promise<RawColumn[]> {
  const table = await openTable(sourceOf(name, content), options);
  const builders = table.names.map((key) => columnBuilder(key));
  for await (const chunk of table.chunks(table.names.map(() => true)))
    builders.forEach((builder, i) => builder.add(chunk.columns[i], chunk.rows));
  return builders.map((builder) => builder.finish());
}

/** What a read ends in when it does not succeed. */
export async function failureOf(...given: Parameters<typeof readAll>): Promise<Error> {
  try {
    await readAll(...given);
  } catch (cause) {
    return cause as Error;
  }
  throw new Error("it was read");
}
