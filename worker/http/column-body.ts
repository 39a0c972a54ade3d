import type { Context } from "hono";
import type { Columns } from "#core/domain/columns.ts";
import { arrowFileType, arrowStreamType, readArrow } from "#core/formats/arrow.ts";
import { binaryColumnsType, readBinaryColumns } from "#core/formats/binary-columns.ts";
import { chooseBatchId } from "../ingest/batch-id.ts";
import type { ReceivedColumns } from "../ingest/ingest-predictions.ts";
import { readBytes } from "./body.ts";
import type { AppEnv } from "./context.ts";

const readers: Record<string, (bytes: Uint8Array) => Columns> = {
  [binaryColumnsType]: readBinaryColumns,
  [arrowStreamType]: readArrow,
  [arrowFileType]: readArrow,
};

const readerOf = (c: Context<AppEnv>): ((bytes: Uint8Array) => Columns) | undefined =>
  readers[(c.req.header("content-type") ?? "").split(";")[0].trim().toLowerCase()];

/** Whether the body comes as raw columns; any other type is left to the JSON way, which names what it takes. */
export const isColumns = (c: Context<AppEnv>): boolean => readerOf(c) !== undefined;

/** A batch of raw columns; its id comes in a header, as the body has no room for one. */
export async function readColumns(c: Context<AppEnv>): Promise<ReceivedColumns> {
  const { plain, bodyHash } = await readBytes(c);
  const columns = (readerOf(c) ?? readBinaryColumns)(plain);
  const given = {
    body: undefined,
    idempotencyKey: c.req.header("idempotency-key"),
    ceId: c.req.header("ce-id"),
  };
  return { columns, bodyHash, ...chooseBatchId(given, () => crypto.randomUUID()) };
}
