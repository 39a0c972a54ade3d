/** Where replaying senders resume. */
export function readCursor(sql: SqlStorage, name: string): string | null {
  const [row] = sql.exec<{ position: string }>("select position from cursor where name = ?", name).toArray();
  return row?.position ?? null;
}

export function writeCursor(sql: SqlStorage, name: string, position: string): void {
  sql.exec("insert or replace into cursor (name, position) values (?, ?)", name, position);
}
