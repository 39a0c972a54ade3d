import batches from "../../../sql/object/batches.sql";
import model from "../../../sql/object/model.sql";
import shard from "../../../sql/object/shard.sql";

/** A model or shard that was never configured has no tables: asking for an unknown model must not write. */
export function isConfigured(sql: SqlStorage): boolean {
  const tables = sql.exec<{ found: number }>(
    "select count(*) as found from sqlite_master where type = 'table' and name = 'state'",
  );
  return tables.one().found > 0 && sql.exec("select one from state").toArray().length > 0;
}

const schemas = { model, shard } as const;

/** Of one kind of object. Every statement may run again. */
export function applySchema(sql: SqlStorage, kind: keyof typeof schemas): void {
  sql.exec(batches);
  sql.exec(schemas[kind]);
}
