/** Opens a file as a table, by what its first bytes are; a name's ending only decides where bytes leave it open. */
import { type ByteSource, type ReadOptions, type Table, type TableFormat, unreadable } from "./table.ts";
import { openArrow } from "./arrow.ts";
import { openCsv } from "./csv.ts";
import { openJson, openNdjson } from "./json.ts";
import { openParquet } from "./parquet.ts";
import { bytesOf } from "./text.ts";

const openers: Record<TableFormat, (source: ByteSource, options: ReadOptions) => Promise<Table>> = {
  csv: openCsv,
  ndjson: openNdjson,
  json: openJson,
  arrow: openArrow,
  parquet: openParquet,
};
export const tableFormats = Object.keys(openers) as TableFormat[];

export async function openTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  if (source.size === 0) throw unreadable(source.name, "it is empty.");
  return openers[options.format ?? (await formatOf(source))](source, options);
}

async function formatOf(source: ByteSource): Promise<TableFormat> {
  const start = await startOf(source);
  const text = new TextDecoder("latin1").decode(start);
  if (text.startsWith("PAR1")) return "parquet";
  if (text.startsWith("ARROW1") || text.startsWith("\u00ff\u00ff\u00ff\u00ff")) return "arrow";
  const name = source.name.toLowerCase().replace(/\.gz$/, "");
  if (name.endsWith(".parquet")) return "parquet";
  if (/\.(arrow|feather|arrows)$/.test(name)) return "arrow";
  if (text.startsWith("PK")) throw unreadable(source.name, "it is a ZIP or Excel file: save it as CSV.");
  const [first] = text.replace(/^\u00ef\u00bb\u00bf/, "").trimStart();
  if (first === "[") return "json";
  if (first === "{") return /\.(ndjson|jsonl)$/.test(name) || isLines(text) ? "ndjson" : "json";
  if (/\.(ndjson|jsonl)$/.test(name)) return "ndjson";
  if (/\.json$/.test(name)) return "json";
  if (text.includes("\u0000") && !/^(\u00ff\u00fe|\u00fe\u00ff)/.test(text))
    throw unreadable(source.name, "it is neither text nor Parquet or Arrow.");
  return "csv";
}

/** A first line that is an object of its own. */
function isLines(text: string): boolean {
  const [line, ...more] = text.trim().split("\n");
  if (more.length === 0 && !line.trimEnd().endsWith("}")) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && (more.length > 0 || !Object.values(value ?? {}).some(Array.isArray));
  } catch {
    return false; // the object goes on in the next line: a document
  }
}

/** The first kilobytes, unpacked. */
async function startOf(source: ByteSource): Promise<Uint8Array> {
  const stored = await source.slice(0, 4096);
  if (stored[0] !== 0x1f || stored[1] !== 0x8b) return stored;
  for await (const bytes of bytesOf(source)) return bytes.subarray(0, 4096);
  return new Uint8Array();
}
