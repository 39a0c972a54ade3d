import type { ArchiveErasure } from "#core/domain/api.ts";
import type { ErasedValue } from "#core/domain/erasures.ts";
import { limits } from "#core/domain/limits.ts";
import { type Erased, readErased, writeErased } from "#core/domain/wire.ts";
import { lastPending } from "./pending.ts";

/** An erasure as it was asked for, and how far it is. */
export interface Erasure {
  sequence: number;
  id: string;
  requestedMs: number;
  /** Batch files heard of later are searched when they are read or compacted, as everything is. */
  pendingThrough: number;
  rows: number;
  hours: number;
  batches: number;
  doneMs: number | null;
}

const columns = `sequence, id, requested_ms as requestedMs, pending_through as pendingThrough, rows, hours, batches, done_ms as doneMs`;
type ErasureRow = Erasure & Record<string, SqlStorageValue>;

/**
 * Asks for an erasure. The same is asked for again: one that still goes on, or that named ids only, is what it was, as nothing of it
 * can come back. Subjects may have new rows: they are searched for again up to now, and what was erased before stays counted.
 */
export function askErasure(sql: SqlStorage, id: string, erased: Erased, nowMs: number): void {
  const found = findErasure(sql, id);
  if (found !== null && (found.doneMs === null || erased.subjects.length === 0)) return;
  const sequence = lastErasure(sql) + 1;
  // A sender's clock may be ahead by as much.
  const beforeMs = nowMs + limits.aheadMs;
  if (found !== null)
    sql.exec(
      `update erasure set sequence = ?, before_ms = ?, pending_through = ?, done_ms = null, last_hour_ms = null where id = ?`,
      ...[sequence, beforeMs, lastPending(sql), id],
    );
  else
    sql.exec(
      `insert into erasure (sequence, id, requested_ms, before_ms, hashes, pending_through, rows, hours, batches)
       values (?, ?, ?, ?, ?, ?, 0, 0, 0)`,
      ...[sequence, id, nowMs, beforeMs, writeErased(erased), lastPending(sql)],
    );
}

export function lastErasure(sql: SqlStorage): number {
  return sql.exec<{ last: number | null }>("select max(sequence) as last from erasure").one().last ?? 0;
}

export function findErasure(sql: SqlStorage, id: string): Erasure | null {
  return sql.exec<ErasureRow>(`select ${columns} from erasure where id = ?`, id).toArray()[0] ?? null;
}

export function runningErasure(sql: SqlStorage): Erasure | null {
  const query = `select ${columns} from erasure where done_ms is null order by sequence limit 1`;
  return sql.exec<ErasureRow>(query).toArray()[0] ?? null;
}

/** The newest first. */
export function listErasures(sql: SqlStorage, most: number): Erasure[] {
  return sql
    .exec<ErasureRow>(`select ${columns} from erasure order by sequence desc limit ?`, most)
    .toArray();
}

export function countErased(
  sql: SqlStorage,
  sequence: number,
  found: { rows: number } & ({ hourMs: number } | { batches: number }),
): void {
  if ("batches" in found)
    sql.exec(
      "update erasure set rows = rows + ?, batches = batches + ? where sequence = ?",
      ...[found.rows, found.batches, sequence],
    );
  else
    sql.exec(
      `update erasure set rows = rows + ?1, hours = hours + (last_hour_ms is not ?2), last_hour_ms = ?2
       where sequence = ?3`,
      ...[found.rows, found.hourMs, sequence],
    );
}

export function finishErasure(sql: SqlStorage, sequence: number, nowMs: number): void {
  sql.exec("update erasure set done_ms = ? where sequence = ?", nowMs, sequence);
}

/** Everything that was ever erased, for whoever reads rows; or what was up to one erasure. */
export function allErased(sql: SqlStorage, throughSequence = Number.MAX_SAFE_INTEGER): ErasedValue[] {
  return sql
    .exec<{ before: number; hashes: ArrayBuffer }>(
      "select before_ms as before, hashes from erasure where sequence <= ?",
      throughSequence,
    )
    .toArray()
    .flatMap(({ before, hashes }) => {
      const { predictionIds, subjects } = readErased(new Uint8Array(hashes));
      return [
        ...predictionIds.map((hash) => ({ by: "prediction_id" as const, ...hash, beforeMs: Infinity })),
        ...subjects.map((hash) => ({ by: "subject" as const, ...hash, beforeMs: before })),
      ];
    });
}

export const shown = ({ id, requestedMs, doneMs, rows, hours, batches }: Erasure): ArchiveErasure => ({
  ...{ id, state: doneMs === null ? "running" : "done", requestedAtMs: requestedMs, doneAtMs: doneMs },
  ...{ rows, hours, batches },
});
