/** The archive of a small model, looked at from outside: its rows as a reader gets them, and its alarm by hand. */
import { tableFromIPC } from "@uwdata/flechette";
import { env, runDurableObjectAlarm, runInDurableObject, SELF } from "cloudflare:test";
import { expect } from "vitest";
import type { ArchiveListing } from "#core/domain/api.ts";
import type { BatchTarget } from "../../worker/ingest/send-batch.ts";
import type { ArchiveObject } from "../../worker/objects/archive-object.ts";
import { ask, objectOf, type Row } from "./model-scenario.ts";

const authorization = { authorization: `Bearer ${env.MDT_OWNER_SECRET}` };

export const archiveOf = async (id: string): Promise<DurableObjectStub<ArchiveObject>> =>
  env.ARCHIVE.getByName((await objectOf(id)).name ?? "");

export async function fetched(
  path: string,
  headers: Record<string, string> = authorization,
): Promise<Response> {
  return SELF.fetch(`http://127.0.0.1:4280${path}`, { headers });
}

/** A row as it was sent, with what is known of its label. */
export type ArchivedRow = Row & { version?: string; label?: unknown; label_timestamp?: number };

/** The rows of a range as Arrow has them, without what is missing. */
export async function archivedRows(id: string, query = ""): Promise<ArchivedRow[]> {
  const reply = await fetched(`/v1/models/${id}/archive/rows${query}`, {
    ...authorization,
    accept: "application/vnd.apache.arrow.stream",
  });
  expect(reply.status).toBe(200);
  return rowsOfArrow(await reply.arrayBuffer());
}

export function rowsOfArrow(bytes: ArrayBuffer): ArchivedRow[] {
  const rows = tableFromIPC(bytes).toArray() as Record<string, unknown>[];
  return rows.map(
    (row) => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as ArchivedRow,
  );
}

export const listed = (id: string, query = ""): Promise<ArchiveListing> =>
  ask<ArchiveListing>("GET", `/v1/models/${id}/archive${query}`);

/** Keys in the bucket of one model, of batches or of hours. */
export async function keysOf(id: string, kind: "batches" | "hours"): Promise<string[]> {
  const { objects } = await env.ROWS.list({ prefix: `${(await objectOf(id)).name}/` });
  return objects.map(({ key }) => key).filter((key) => key.includes(`/${kind}/`));
}

/** Lets the archive's alarm ring, whether it is armed for now or for later. */
export async function ringArchive(id: string): Promise<void> {
  await runDurableObjectAlarm(await archiveOf(id));
}

/** What would be compacted in some hours, now: as if nothing had changed for long. */
export async function settle(id: string): Promise<void> {
  const archive = await archiveOf(id);
  await archive.hearAll();
  await runInDurableObject(archive, (_: ArchiveObject, { storage }) => {
    storage.sql.exec("update hour set changed_ms = 0, since_ms = 0 where changed_ms is not null");
  });
  await ringArchive(id);
}

export const byId = (a: ArchivedRow, b: ArchivedRow): number =>
  String(a.prediction_id) < String(b.prediction_id) ? -1 : 1;

/** The object that takes all batches of a model without shards, as ingest sees it. */
export async function targetOf(id: string): Promise<BatchTarget> {
  const object = await objectOf(id);
  return {
    foldingPlan: () => object.foldingPlan(),
    reference: (reference) => object.reference(reference),
    holderOf: () => object,
  };
}
