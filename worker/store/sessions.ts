/** One-time sign-in tokens and browser sessions, both kept as hashes. */

export interface Grant {
  organisationId: string;
  memberId: string;
  expiresAtMs: number;
}

export async function insertSignInToken(db: D1Database, tokenHash: string, grant: Grant): Promise<void> {
  await db
    .prepare(
      "insert into sign_in_tokens (token_hash, organisation_id, member_id, expires_at_ms) values (?, ?, ?, ?)",
    )
    .bind(tokenHash, grant.organisationId, grant.memberId, grant.expiresAtMs)
    .run();
}

/** Takes the token away and says whom it was for; one statement, so that two requests cannot both have it. */
export async function redeemSignInToken(
  db: D1Database,
  tokenHash: string,
  nowMs: number,
): Promise<Grant | null> {
  const row = await db
    .prepare(
      `delete from sign_in_tokens where token_hash = ?
       returning organisation_id as organisationId, member_id as memberId, expires_at_ms as expiresAtMs`,
    )
    .bind(tokenHash)
    .first<Grant>();
  return row && row.expiresAtMs > nowMs ? row : null;
}

export async function insertSession(db: D1Database, sessionHash: string, grant: Grant): Promise<void> {
  await db
    .prepare(
      "insert into sessions (session_hash, organisation_id, member_id, expires_at_ms) values (?, ?, ?, ?)",
    )
    .bind(sessionHash, grant.organisationId, grant.memberId, grant.expiresAtMs)
    .run();
}

export async function findSession(db: D1Database, sessionHash: string, nowMs: number): Promise<Grant | null> {
  return db
    .prepare(
      `select organisation_id as organisationId, member_id as memberId, expires_at_ms as expiresAtMs
       from sessions where session_hash = ? and expires_at_ms > ?`,
    )
    .bind(sessionHash, nowMs)
    .first<Grant>();
}

export async function deleteSession(db: D1Database, sessionHash: string): Promise<void> {
  await db.prepare("delete from sessions where session_hash = ?").bind(sessionHash).run();
}

export async function deleteExpired(db: D1Database, nowMs: number): Promise<void> {
  await db.batch([
    db.prepare("delete from sessions where expires_at_ms <= ?").bind(nowMs),
    db.prepare("delete from sign_in_tokens where expires_at_ms <= ?").bind(nowMs),
  ]);
}
