import { limits } from "#core/domain/limits.ts";

/** Texts of any length, cut into rows that production takes. */
export type DocumentKind = "reference" | "check";

export function writeDocument(sql: SqlStorage, kind: DocumentKind, id: string, text: string): void {
  const bytes = new TextEncoder().encode(text);
  deleteDocument(sql, kind, id);
  for (let part = 0, from = 0; from < bytes.length; part++, from += limits.storedRowBytes)
    sql.exec(
      "insert into document (kind, id, part, bytes) values (?, ?, ?, ?)",
      kind,
      id,
      part,
      bytes.slice(from, from + limits.storedRowBytes),
    );
}

export function readDocument(sql: SqlStorage, kind: DocumentKind, id: string): string | null {
  const parts = sql
    .exec<{ bytes: ArrayBuffer }>(
      "select bytes from document where kind = ? and id = ? order by part",
      kind,
      id,
    )
    .toArray();
  if (parts.length === 0) return null;
  const decoder = new TextDecoder();
  return parts.map(({ bytes }) => decoder.decode(bytes, { stream: true })).join("") + decoder.decode();
}

export function deleteDocument(sql: SqlStorage, kind: DocumentKind, id: string): void {
  sql.exec("delete from document where kind = ? and id = ?", kind, id);
}
