/** Which of the server's tables a query needs, and what they look like before they are loaded. */
import { exportColumns, exportTables, type ExportTable } from "#core/domain/export-tables.ts";

/**
 * Tables whose name stands in the SQL as a word. One too many (in a string, say) costs a download; none too few, since
 * a table cannot be read without its name.
 */
export function tablesIn(sql: string): ExportTable[] {
  const words = new Set(sql.toLowerCase().match(/[a-z_]+/g));
  return exportTables.filter((table) => words.has(table));
}

const types = {
  utf8: "VARCHAR",
  f64: "DOUBLE",
  i32: "INTEGER",
  bool: "BOOLEAN",
  timestamp: "TIMESTAMP",
} as const;

/** An empty table in the place of one that is not loaded, so that `show tables` and `describe` tell the truth. */
export function createTable(table: ExportTable): string {
  const columns = Object.entries(exportColumns[table]).map(([name, type]) => `${name} ${types[type]}`);
  return `CREATE TABLE ${table} (${columns.join(", ")})`;
}
