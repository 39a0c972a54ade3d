/** The saved queries of sql/workbench: their first line, a comment, is their title. */
const files = import.meta.glob<string>("../../../sql/workbench/*.sql", {
  query: "?raw",
  import: "default",
  eager: true,
});

export interface SavedQuery {
  id: string;
  title: string;
  sql: string;
}

export const savedQueries: SavedQuery[] = Object.entries(files)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([path, sql]) => ({
    id: path.split("/").at(-1)?.replace(".sql", "") ?? path,
    title: sql.split("\n")[0].replace(/^--\s*/, ""),
    sql: sql.trim(),
  }));
