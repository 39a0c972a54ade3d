import type { ArchiveSettings } from "#core/domain/archive.ts";
import { type Heard, unheard } from "../model/archive-ledger.ts";

/** Whose archive this is, and how far each of the objects that take its batches has been heard. */
export interface ArchiveState {
  createdAtMs: number;
  newestMs: number | null;
  collectedBucket: number;
  /** As last declared: they hold on for what is there when rows are no longer archived. */
  settings: ArchiveSettings | null;
  forgotMs: number | null;
}

export function readState(sql: SqlStorage): ArchiveState | null {
  const [row] = sql
    .exec<{
      created_at_ms: number;
      newest_ms: number | null;
      collected_bucket: number;
      settings: string | null;
      forgot_ms: number | null;
    }>("select created_at_ms, newest_ms, collected_bucket, settings, forgot_ms from archive")
    .toArray();
  if (row === undefined) return null;
  return {
    createdAtMs: row.created_at_ms,
    newestMs: row.newest_ms,
    collectedBucket: row.collected_bucket,
    settings: row.settings === null ? null : (JSON.parse(row.settings) as ArchiveSettings),
    forgotMs: row.forgot_ms,
  };
}

/** @param bucket the stretch of wall time that begins now: nothing of this model can lie before it */
export function beginArchive(sql: SqlStorage, createdAtMs: number, bucket: number): void {
  sql.exec(
    "insert into archive (one, created_at_ms, collected_bucket) values (1, ?, ?)",
    createdAtMs,
    bucket - 1,
  );
}

export function saveCollected(sql: SqlStorage, bucket: number): void {
  sql.exec("update archive set collected_bucket = ?", bucket);
}

export function saveSettings(sql: SqlStorage, settings: ArchiveSettings): void {
  sql.exec("update archive set settings = ?1 where settings is not ?1", JSON.stringify(settings));
}

export function saveForgot(sql: SqlStorage, beforeMs: number): void {
  sql.exec("update archive set forgot_ms = ?", beforeMs);
}

export function heardOf(sql: SqlStorage, source: string): Heard {
  const [row] = sql
    .exec<{ generation: number; sequence: number; labelled: number }>(
      "select generation, sequence, labelled from source where name = ?",
      source,
    )
    .toArray();
  if (row === undefined) return unheard;
  const { labelled, ...after } = row;
  return { after, labelled };
}

export function listSources(sql: SqlStorage): string[] {
  return sql
    .exec<{ name: string }>("select name from source order by name")
    .toArray()
    .map(({ name }) => name);
}

export function saveHeard(sql: SqlStorage, source: string, { after, labelled }: Heard): void {
  sql.exec(
    "insert or replace into source (name, generation, sequence, labelled) values (?, ?, ?, ?)",
    ...[source, after.generation, after.sequence, labelled],
  );
}

export function saveNewest(sql: SqlStorage, newestMs: number | null): void {
  if (newestMs !== null)
    sql.exec("update archive set newest_ms = ?1 where newest_ms is null or newest_ms < ?1", newestMs);
}
