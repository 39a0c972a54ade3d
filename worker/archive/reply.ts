import { type ArchiveColumn, archiveColumns } from "#core/domain/archive.ts";
import type { ArchiveFormat } from "#core/domain/api.ts";
import type { Columns } from "#core/domain/columns.ts";
import { arrowStreamType } from "#core/formats/arrow.ts";
import { concatenateRows } from "#core/formats/archive/archived-rows.ts";
import { arrowStream } from "#core/formats/archive/rows-arrow.ts";
import { csvHead, csvLines } from "#core/formats/archive/rows-csv.ts";
import { parquetStream } from "#core/formats/archive/rows-parquet.ts";
import { acceptedType } from "../http/accept.ts";
import { type ArchiveReader, type AskedRows, rowsInRange, wholeFile } from "./read-range.ts";

export const parquetType = "application/vnd.apache.parquet";
const types: Record<ArchiveFormat, string> = {
  parquet: parquetType,
  arrow: arrowStreamType,
  csv: "text/csv; charset=utf-8",
};

/** Archived rows as a file in a form, which is made while it is sent. */
export async function rowsReply(
  reader: ArchiveReader,
  asked: AskedRows,
  format: ArchiveFormat,
  name: string,
): Promise<Response> {
  const headers = {
    "content-type": types[format],
    "content-disposition": `attachment; filename="${name}.${format}"`,
  };
  const key = format === "parquet" ? await wholeFile(reader, asked) : null;
  const stored = key === null ? null : await reader.files.get(key);
  if (stored !== null) return new Response(stored.body, { headers });
  const rows = rowsInRange(reader, asked);
  // The first lot is read before anything is sent: what is wrong from the beginning gets a proper answer.
  const first = await rows.next();
  const lots = (async function* () {
    if (first.done) return;
    yield first.value;
    yield* rows;
  })();
  return new Response(streamed(encodedRows(reader, format, lots)), { headers });
}

async function* encodedRows(
  { model }: Pick<ArchiveReader, "model">,
  format: ArchiveFormat,
  rows: AsyncIterable<Columns>,
): AsyncGenerator<Uint8Array, void, void> {
  const schema = archiveColumns(model);
  const lots = gathered(schema, rows);
  if (format === "csv") {
    const encoder = new TextEncoder();
    yield encoder.encode(csvHead(schema));
    for await (const lot of lots) yield encoder.encode(csvLines(schema, lot));
  } else if (format === "arrow") {
    const stream = arrowStream(schema);
    yield stream.head;
    for await (const lot of lots) yield stream.batch(lot);
    yield stream.end;
  } else {
    const stream = parquetStream(schema);
    for await (const lot of lots) {
      stream.write(lot);
      yield stream.take();
    }
    stream.finish();
    yield stream.take();
  }
}

/** Rows of a lot that is written at once: small hours are gathered, since every lot has a header of its own. */
const gatheredRows = 20_000;

async function* gathered(
  schema: readonly ArchiveColumn[],
  lots: AsyncIterable<Columns>,
): AsyncGenerator<Columns, void, void> {
  let [held, rows]: [Columns[], number] = [[], 0];
  for await (const lot of lots) {
    held.push(lot);
    rows += lot.rows;
    if (rows < gatheredRows) continue;
    yield concatenateRows(schema, held);
    [held, rows] = [[], 0];
  }
  if (rows > 0) yield concatenateRows(schema, held);
}

/** Bytes as they are asked for. What fails on the way breaks the transfer off: half of a range is never taken for all of it. */
function streamed(pieces: AsyncGenerator<Uint8Array, void, void>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await pieces.next();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        console.error("reading archived rows failed on the way", error);
        controller.error(error);
      }
    },
    async cancel() {
      await pieces.return();
    },
  });
}

/** What is asked for by `Accept`: Parquet, where it leaves it open. */
export function formatOf(accept: string | undefined): ArchiveFormat {
  const type = acceptedType(accept, [parquetType, arrowStreamType, "text/csv"], parquetType);
  if (type === "text/csv") return "csv";
  return type === arrowStreamType ? "arrow" : "parquet";
}
