import type { Key, Scope } from "#core/domain/api.ts";

export interface StoredKey extends Omit<Key, "secret"> {
  organisationId: string;
  secretHash: string;
}

interface Row {
  id: string;
  organisation_id: string;
  name: string;
  scopes: string;
  model_id: string | null;
  secret_hash: string;
  created_at_ms: number;
  last_used_at_ms: number | null;
}

const fromRow = (row: Row): StoredKey => ({
  id: row.id,
  organisationId: row.organisation_id,
  name: row.name,
  scopes: row.scopes.split(" ") as Scope[],
  modelId: row.model_id,
  secretHash: row.secret_hash,
  createdAtMs: row.created_at_ms,
  lastUsedAtMs: row.last_used_at_ms,
});

export async function insertKey(db: D1Database, key: StoredKey): Promise<void> {
  await db
    .prepare(
      `insert into keys (id, organisation_id, name, scopes, model_id, secret_hash, created_at_ms)
       values (?, ?, ?, ?, ?, ?, ?)`,
    )
    .bind(
      key.id,
      key.organisationId,
      key.name,
      key.scopes.join(" "),
      key.modelId,
      key.secretHash,
      key.createdAtMs,
    )
    .run();
}

export async function findKey(db: D1Database, id: string): Promise<StoredKey | null> {
  const row = await db.prepare("select * from keys where id = ?").bind(id).first<Row>();
  return row && fromRow(row);
}

export async function listKeys(db: D1Database, organisationId: string): Promise<StoredKey[]> {
  const { results } = await db
    .prepare("select * from keys where organisation_id = ? order by created_at_ms, id")
    .bind(organisationId)
    .all<Row>();
  return results.map(fromRow);
}

/** False when there was none. */
export async function deleteKey(db: D1Database, organisationId: string, id: string): Promise<boolean> {
  const { meta } = await db
    .prepare("delete from keys where organisation_id = ? and id = ?")
    .bind(organisationId, id)
    .run();
  return meta.changes > 0;
}

/** Writes at most once in `everyMs`: a busy key must not cost a row a request. */
export async function touchKey(db: D1Database, id: string, nowMs: number, everyMs: number): Promise<void> {
  await db
    .prepare("update keys set last_used_at_ms = ?1 where id = ?2 and coalesce(last_used_at_ms, 0) < ?1 - ?3")
    .bind(nowMs, id, everyMs)
    .run();
}
