/** Which of the server's tables a query needs, and what they look like before they are loaded. */
import { floorTo } from "#core/domain/event-time.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { exportColumns, exportTables, type ExportTable } from "#core/domain/export-tables.ts";

/**
 * Tables whose name stands in the SQL as a word. One too many (in a string, say) costs a download; none too few, since
 * a table cannot be read without its name.
 */
export function tablesIn(sql: string): ExportTable[] {
  const words = wordsIn(sql);
  return exportTables.filter((table) => words.has(table));
}

const wordsIn = (sql: string): Set<string> => new Set(sql.toLowerCase().match(/[a-z_]+/g));

/** Rows of a model's archive that queries read as `archived_rows`: the days from one to before another, UTC. */
export interface ArchivedRows {
  model: string;
  fromMs: number;
  toMs: number;
}

export const archivedRowsTable = "archived_rows";

export const readsArchivedRows = (sql: string): boolean => wordsIn(sql).has(archivedRowsTable);

const dayOf = (ms: number): string => new Date(floorTo(ms, DAY_MS)).toISOString().slice(0, 10);

/** As an address has them. */
export const archivedRowsText = ({ model, fromMs, toMs }: ArchivedRows): string =>
  [model, dayOf(fromMs), dayOf(toMs)].join("/");

/** Null where an address names none. */
export function readArchivedRows(text: string | null): ArchivedRows | null {
  const [model = "", from = "", to = ""] = (text ?? "").split("/");
  const [fromMs, toMs] = [from, to].map((day) => Date.parse(`${day}T00:00:00Z`));
  return model === "" || !(fromMs < toMs) ? null : { model, fromMs, toMs };
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
