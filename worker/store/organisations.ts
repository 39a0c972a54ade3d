/** Organisations and members. A new deployment has one organisation with one owner, made on first use. */

export const firstOrganisation = { id: "main", name: "Main" } as const;
export const firstOwner = { id: "owner", name: "Owner" } as const;

export interface Member {
  organisationId: string;
  organisationName: string;
  id: string;
  name: string;
  role: "owner" | "admin" | "editor" | "viewer";
}

/** Idempotent; writes only where nothing is there yet. */
export async function ensureFirstOrganisation(db: D1Database, nowMs: number): Promise<void> {
  const found = await db
    .prepare("select 1 from members where organisation_id = ?")
    .bind(firstOrganisation.id)
    .first();
  if (found) return;
  await db.batch([
    db
      .prepare("insert into organisations (id, name, created_at_ms) values (?, ?, ?) on conflict do nothing")
      .bind(firstOrganisation.id, firstOrganisation.name, nowMs),
    db
      .prepare(
        "insert into members (organisation_id, id, name, role, created_at_ms) values (?, ?, ?, 'owner', ?) on conflict do nothing",
      )
      .bind(firstOrganisation.id, firstOwner.id, firstOwner.name, nowMs),
  ]);
}

export async function findMember(db: D1Database, organisationId: string, id: string): Promise<Member | null> {
  return db
    .prepare(
      `select m.organisation_id as organisationId, o.name as organisationName, m.id, m.name, m.role
       from members m join organisations o on o.id = m.organisation_id
       where m.organisation_id = ? and m.id = ?`,
    )
    .bind(organisationId, id)
    .first<Member>();
}
