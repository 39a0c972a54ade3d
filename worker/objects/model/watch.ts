/**
 * Whether somebody may look at the model on an open dashboard: then batches are folded promptly and hinted of. It is said by the
 * pages' own requests, and taken back when a hint finds nobody. Stored, because an object sleeps between two batches that come
 * alone: a row for each change. The only reader and writer of its table.
 */
export const isWatched = (sql: SqlStorage): boolean => sql.exec("select 1 from watched").toArray().length > 0;

export function saveWatched(sql: SqlStorage, watched: boolean): void {
  sql.exec(watched ? "insert or ignore into watched (one) values (1)" : "delete from watched");
}
