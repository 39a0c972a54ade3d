import schema from "../../../sql/object/model.sql";

/** A model that was never configured has no tables: asking for an unknown model must not write. */
export function isConfigured(sql: SqlStorage): boolean {
  const tables = sql.exec<{ found: number }>(
    "select count(*) as found from sqlite_master where type = 'table' and name = 'state'",
  );
  return tables.one().found > 0 && sql.exec("select one from state").toArray().length > 0;
}

export function applySchema(sql: SqlStorage): void {
  sql.exec(schema);
}
