import type { Model } from "#core/domain/api.ts";
import { storedModel } from "#core/domain/model.ts";

interface Row {
  config: string;
  created_at_ms: number;
}

const fromRow = (row: Row): Model => ({
  ...storedModel(row.config),
  createdAtMs: row.created_at_ms,
});

/** False when the id is taken. */
export async function insertModel(db: D1Database, organisationId: string, model: Model): Promise<boolean> {
  const { meta } = await db
    .prepare(
      "insert into models (organisation_id, id, config, created_at_ms) values (?, ?, ?, ?) on conflict do nothing",
    )
    .bind(organisationId, model.id, JSON.stringify(model), model.createdAtMs)
    .run();
  return meta.changes > 0;
}

export async function updateModel(db: D1Database, organisationId: string, model: Model): Promise<void> {
  await db
    .prepare("update models set config = ? where organisation_id = ? and id = ?")
    .bind(JSON.stringify(model), organisationId, model.id)
    .run();
}

export async function findModel(db: D1Database, organisationId: string, id: string): Promise<Model | null> {
  const row = await db
    .prepare("select config, created_at_ms from models where organisation_id = ? and id = ?")
    .bind(organisationId, id)
    .first<Row>();
  return row && fromRow(row);
}

export async function listModels(db: D1Database, organisationId: string): Promise<Model[]> {
  const { results } = await db
    .prepare("select config, created_at_ms from models where organisation_id = ? order by created_at_ms, id")
    .bind(organisationId)
    .all<Row>();
  return results.map(fromRow);
}

/** With its check summaries. False when there was none. */
export async function deleteModel(db: D1Database, organisationId: string, id: string): Promise<boolean> {
  const [deleted] = await db.batch([
    db.prepare("delete from models where organisation_id = ? and id = ?").bind(organisationId, id),
    db.prepare("delete from checks where organisation_id = ? and model_id = ?").bind(organisationId, id),
  ]);
  return deleted.meta.changes > 0;
}

/** For the sweep: names of model objects after `after`, in order. */
export async function pageOfModels(
  db: D1Database,
  after: string,
  most: number,
): Promise<{ organisationId: string; id: string; cursor: string; archived: boolean }[]> {
  const { results } = await db
    .prepare(
      `select organisation_id as organisationId, id, organisation_id || '/' || id as cursor,
              json_extract(config, '$.archive') is not null as archived from models
       where organisation_id || '/' || id > ? order by cursor limit ?`,
    )
    .bind(after, most)
    .all<{ organisationId: string; id: string; cursor: string; archived: number }>();
  return results.map((row) => ({ ...row, archived: row.archived === 1 }));
}
