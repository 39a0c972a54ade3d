import type { Receipt } from "#core/domain/api.ts";
import type { WaitingPlace } from "./waiting-ids.ts";

/**
 * Batches that are stored and not yet folded: one row each, in a table per generation. A dropped table costs nothing,
 * a deleted row would cost as much as its insert.
 */
export type BatchKind = "predictions" | "labels";

export interface StoredBatch {
  kind: BatchKind;
  batchId: string;
  /** Order of arrival. */
  sequence: number;
  arrivedMs: number;
  bodyHash: string;
  /** Greatest event time; null for labels. */
  newestMs: number | null;
  receipt: Receipt;
  payload: Uint8Array;
  /** For the archive (archive-ledger.ts). */
  archived: Uint8Array | null;
}

const tableOf = (generation: number) => `delta_${generation}`;

/** Tables of before rows were archived lack the column. */
export function completeGenerations(sql: SqlStorage): void {
  const old = sql.exec<{ name: string }>(
    "select name from sqlite_master where type = 'table' and name glob 'delta_[0-9]*' and sql not like '%archived blob%'",
  );
  for (const { name } of old.toArray()) sql.exec(`alter table ${name} add column archived blob`);
}

/**
 * The last one takes batches from now on: which that is, the tables say. Rows lie in the order of their arrival, each written behind the
 * last; that no id comes twice is seen to by who takes them (waiting-ids.ts). Those of an earlier build lie by their ids.
 */
export function createGeneration(sql: SqlStorage, generation: number): void {
  sql.exec(
    `create table if not exists ${tableOf(generation)} (
       kind text not null, batch_id text not null, sequence integer primary key, arrived_ms integer not null,
       body_hash text not null, newest_ms integer, receipt text not null, payload blob not null,
       archived blob
     )`,
  );
}

/** Generations whose tables stand, oldest first; the last takes batches. */
export function listGenerations(sql: SqlStorage): number[] {
  return sql
    .exec<{ name: string }>(
      "select name from sqlite_master where type = 'table' and name glob 'delta_[0-9]*'",
    )
    .toArray()
    .map(({ name }) => Number(name.slice("delta_".length)))
    .sort((a, b) => a - b);
}

/** Exactly one row written, which a test measures. */
export function insertBatch(sql: SqlStorage, generation: number, batch: StoredBatch): number {
  return sql.exec(
    `insert into ${tableOf(generation)} values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    batch.kind,
    batch.batchId,
    batch.sequence,
    batch.arrivedMs,
    batch.bodyHash,
    batch.newestMs,
    JSON.stringify(batch.receipt),
    batch.payload,
    batch.archived,
  ).rowsWritten;
}

export function findBatch(
  sql: SqlStorage,
  { generation, sequence }: WaitingPlace,
): { bodyHash: string; receipt: Receipt } | null {
  const [row] = sql
    .exec<{
      body_hash: string;
      receipt: string;
    }>(`select body_hash, receipt from ${tableOf(generation)} where sequence = ?`, sequence)
    .toArray();
  return row === undefined ? null : { bodyHash: row.body_hash, receipt: JSON.parse(row.receipt) as Receipt };
}

/** Which batches wait in a generation. */
export function idsOfGeneration(
  sql: SqlStorage,
  generation: number,
): { kind: BatchKind; batchId: string; sequence: number }[] {
  return sql
    .exec<{
      kind: BatchKind;
      batch_id: string;
      sequence: number;
    }>(`select kind, batch_id, sequence from ${tableOf(generation)}`)
    .toArray()
    .map(({ kind, batch_id: batchId, sequence }) => ({ kind, batchId, sequence }));
}

/** How much waits in a generation, and how far its event time has come. */
export function weighGeneration(
  sql: SqlStorage,
  generation: number,
): { batches: number; bytes: number; rows: number; newestMs: number | null; sequence: number } {
  const row = sql
    .exec<{
      batches: number;
      bytes: number | null;
      rows: number | null;
      newest: number | null;
      sequence: number | null;
    }>(
      `select count(*) as batches, sum(length(payload)) as bytes, max(newest_ms) as newest, max(sequence) as sequence,
              sum(case when kind = 'predictions' then receipt ->> '$.accepted' else 0 end) as rows
       from ${tableOf(generation)}`,
    )
    .one();
  return {
    batches: row.batches,
    bytes: row.bytes ?? 0,
    rows: row.rows ?? 0,
    newestMs: row.newest,
    sequence: row.sequence ?? 0,
  };
}

/** A generation's batches in order of arrival. */
export function readGeneration(sql: SqlStorage, generation: number): StoredBatch[] {
  return sql
    .exec<{
      kind: string;
      batch_id: string;
      sequence: number;
      arrived_ms: number;
      body_hash: string;
      newest_ms: number | null;
      receipt: string;
      payload: ArrayBuffer;
      archived: ArrayBuffer | null;
    }>(`select * from ${tableOf(generation)} order by sequence`)
    .toArray()
    .map((row) => ({
      kind: row.kind === "labels" ? "labels" : "predictions",
      batchId: row.batch_id,
      sequence: row.sequence,
      arrivedMs: row.arrived_ms,
      bodyHash: row.body_hash,
      newestMs: row.newest_ms,
      receipt: JSON.parse(row.receipt) as Receipt,
      payload: new Uint8Array(row.payload),
      archived: row.archived && new Uint8Array(row.archived),
    }));
}

export function dropGeneration(sql: SqlStorage, generation: number): void {
  sql.exec(`drop table ${tableOf(generation)}`);
}

/** What a generation's batches have for the archive, in order of arrival. */
export function recordsOf(
  sql: SqlStorage,
  generation: number,
  afterSequence: number,
  most: number,
): { sequence: number; record: Uint8Array }[] {
  return sql
    .exec<{ sequence: number; archived: ArrayBuffer }>(
      `select sequence, archived from ${tableOf(generation)}
       where archived is not null and sequence > ? order by sequence limit ?`,
      afterSequence,
      most,
    )
    .toArray()
    .map(({ sequence, archived }) => ({ sequence, record: new Uint8Array(archived) }));
}
