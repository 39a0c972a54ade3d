import { problem, type Result } from "../result.ts";

/** Where replaying senders resume. */
export function readCursor(sql: SqlStorage, name: string): Result<string> {
  const [row] = sql.exec<{ position: string }>("select position from cursor where name = ?", name).toArray();
  return row === undefined
    ? problem("cursor_not_found", `There is no cursor ${name}.`)
    : { value: row.position };
}

export function writeCursor(sql: SqlStorage, name: string, position: string): Result<string> {
  sql.exec("insert or replace into cursor (name, position) values (?, ?)", name, position);
  return { value: position };
}
