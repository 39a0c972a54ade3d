import { limits } from "#core/domain/limits.ts";

/** Texts and bytes of any length, cut into rows that production takes. */
export type DocumentKind = "reference" | "check" | "compared";

export function writeDocument(
  sql: SqlStorage,
  kind: DocumentKind,
  id: string,
  content: string | Uint8Array,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
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
  const bytes = readDocumentBytes(sql, kind, id);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

export function readDocumentBytes(sql: SqlStorage, kind: DocumentKind, id: string): Uint8Array | null {
  const parts = sql
    .exec<{ bytes: ArrayBuffer }>(
      "select bytes from document where kind = ? and id = ? order by part",
      kind,
      id,
    )
    .toArray();
  if (parts.length === 0) return null;
  const whole = new Uint8Array(parts.reduce((length, { bytes }) => length + bytes.byteLength, 0));
  let at = 0;
  for (const { bytes } of parts) {
    whole.set(new Uint8Array(bytes), at);
    at += bytes.byteLength;
  }
  return whole;
}

export function deleteDocument(sql: SqlStorage, kind: DocumentKind, id: string): void {
  sql.exec("delete from document where kind = ? and id = ?", kind, id);
}
