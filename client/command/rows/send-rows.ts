/** Batches to the platform, and what became of their rows: one that is too large goes in halves, under ids of their own. */
import type { Receipt } from "#core/domain/api.ts";
import { binaryColumnsType } from "#core/formats/binary-columns.ts";
import { limits } from "#core/domain/limits.ts";
import { ApiError, type Client } from "../../http.ts";
import { pathOf } from "../platform.ts";
import { type RefusedRow, RefusedRows } from "./refused-rows.ts";

export interface Sent {
  accepted: number;
  late: number;
  refused: RefusedRows;
}

/** The same as numbers. */
export interface SentRows {
  accepted: number;
  late: number;
  refused: number;
}

export const countsOf = ({ accepted, late, refused }: Sent): SentRows => ({
  accepted,
  late,
  refused: refused.count,
});

export const nothingSent = (): Sent => ({ accepted: 0, late: 0, refused: new RefusedRows() });

export interface Sending {
  client: Client;
  model: string;
  kind: "predictions" | "labels";
  version: string | null;
  total: Sent;
}

/** Some rows of a batch, and how they are written. */
export interface Sendable {
  rows: number;
  bytes(): Uint8Array<ArrayBuffer>;
  /** Where row i of these stands in the file. */
  placeOf(row: number): Pick<RefusedRow, "row" | "line">;
  half(from: number, to: number): Sendable;
}

/** @param id the same for the same rows, whenever they are sent */
export async function sendRows(sending: Sending, batch: Sendable, id: string): Promise<void> {
  const bytes = batch.bytes();
  if (bytes.length > limits.bodyBytes || batch.rows > limits.rowsPerBatch)
    return sendHalves(sending, batch, id);
  const query = new URLSearchParams({ batch_id: id });
  if (sending.version !== null) query.set("version", sending.version);
  const { total } = sending;
  try {
    const receipt = await sending.client.upload<Receipt>(
      `${pathOf(sending.model, sending.kind)}?${query}`,
      bytes,
      binaryColumnsType,
    );
    total.accepted += receipt.accepted;
    total.late += receipt.late;
    const listed = receipt.errors.map(({ row, field, code, message }) => ({
      ...{ ...batch.placeOf(row), field, code, message },
    }));
    total.refused.add(listed, receipt.rejected);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if ((error.code === "body_too_large" || error.code === "too_many_rows") && batch.rows > 1)
      return sendHalves(sending, batch, id);
    if (error.code !== "no_valid_rows") throw error;
    total.refused.add(refusedIn(error, batch), batch.rows);
  }
}

/** What is too large was not stored, so that its halves count nothing twice. */
async function sendHalves(sending: Sending, batch: Sendable, id: string): Promise<void> {
  const middle = batch.rows >> 1;
  await sendRows(sending, batch.half(0, middle), `${id}.0`);
  await sendRows(sending, batch.half(middle, batch.rows), `${id}.1`);
}

/** A problem names the rows as paths: `rows[3].age` and `type_mismatch: the value …`. */
function refusedIn({ issues }: ApiError, batch: Sendable): RefusedRow[] {
  return issues.flatMap(({ path, message }) => {
    const [, row, field] = /^rows\[(\d+)\](?:\.(.*))?$/.exec(path) ?? [];
    if (row === undefined) return [];
    const [, code = "", says = message] = /^(\w+): (.*)$/.exec(message) ?? [];
    return [{ ...batch.placeOf(Number(row)), field: field ?? null, code, message: says }];
  });
}
