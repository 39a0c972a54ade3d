/** What a batch's body is: by its content type, corrected where its bytes can only be something else. */
import { arrowFileType, arrowStreamType } from "./arrow.ts";
import { binaryColumnsType } from "./binary-columns.ts";

export type BodyForm = "json" | "ndjson" | "csv" | "arrow" | "columns";

const forms: Record<string, BodyForm> = {
  "application/json": "json",
  "text/plain": "json",
  "application/x-ndjson": "ndjson",
  "application/ndjson": "ndjson",
  "application/jsonl": "ndjson",
  "application/json-lines": "ndjson",
  "application/x-jsonlines": "ndjson",
  "text/csv": "csv",
  "application/csv": "csv",
  "text/tab-separated-values": "csv",
  [arrowStreamType]: "arrow",
  [arrowFileType]: "arrow",
  [binaryColumnsType]: "columns",
};

/** @param contentType as sent; JSON where none is given. Null for what is not taken. */
export function formOfType(contentType: string | undefined): BodyForm | null {
  const [type] = (contentType ?? "application/json").split(";");
  const name = type.trim().toLowerCase();
  return forms[name] ?? (/^application\/[a-z0-9.+-]+\+json$/.test(name) ? "json" : null);
}

/** The charset that a content type names, null where it names none. */
export function charsetOf(contentType: string | undefined): string | null {
  return /;\s*charset\s*=\s*"?([\w-]+)/i.exec(contentType ?? "")?.[1] ?? null;
}

/** What the first bytes can only be, whatever the content type says; null where they leave it open. */
export function formOfBytes(bytes: Uint8Array): "arrow" | "columns" | "parquet" | null {
  const start = String.fromCharCode(...bytes.subarray(0, 8));
  if (start.startsWith("ARROW1") || (start.startsWith("\xff\xff\xff\xff") && bytes.length >= 8))
    return "arrow";
  if (start.startsWith("MDTC\x01\0\0\0")) return "columns";
  return start.startsWith("PAR1") ? "parquet" : null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines that say they are one document: the first is an object of its own, and so is the next. */
export function isLines(bytes: Uint8Array): boolean {
  // Most bodies are a document, and say so where they begin: no need to look for a line's end in a megabyte.
  const [firstLine] = beginningOf(bytes).trimStart().split("\n", 1);
  if (namesBatch(firstLine)) return false;
  const decoder = new TextDecoder();
  let found = 0;
  for (let from = 0; from < bytes.length && found < 2;) {
    const end = bytes.indexOf(0x0a, from);
    // One line alone may be a document.
    if (end < 0 && found === 0) return false;
    const line = decoder.decode(bytes.subarray(from, end < 0 ? bytes.length : end)).trim();
    from = end < 0 ? bytes.length : end + 1;
    if (line === "") continue;
    if (!isObject(parsed(line))) return false;
    found++;
  }
  return found === 2;
}

/** A batch as one JSON document, `{ "rows": […] }` or `{ "columns": { … } }`, that says it is lines. */
export function isDocument(bytes: Uint8Array): boolean {
  if (!namesBatch(beginningOf(bytes))) return false;
  const document = parsed(new TextDecoder().decode(bytes));
  return isObject(document) && (Array.isArray(document.rows) || isObject(document.columns));
}

const beginningOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, 4096));

/** A line of a table holds no lists and no objects under these names. */
const namesBatch = (text: string): boolean => /"rows"\s*:\s*\[|"columns"\s*:\s*\{/.test(text);
