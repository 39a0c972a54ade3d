/** Opens a file as a table, by what its first bytes are; a name's ending only decides where bytes leave it open. */
import { openArrow } from "./arrow.ts";
import { openCsv } from "./csv.ts";
import { decoderFor, encodingOf } from "./encoding.ts";
import { openJson } from "./json.ts";
import { openNdjson } from "./ndjson.ts";
import { openParquet } from "./parquet.ts";
import { type ByteSource, type ReadOptions, type Table, type TableFormat, unreadable } from "./table.ts";
import { bytesOf, join } from "./text.ts";

const openers: Record<TableFormat, (source: ByteSource, options: ReadOptions) => Promise<Table>> = {
  csv: openCsv,
  ndjson: openNdjson,
  json: openJson,
  arrow: openArrow,
  parquet: openParquet,
};
export const tableFormats = Object.keys(openers) as TableFormat[];

/** @throws ProblemError `file_unreadable`, which says where and what to do */
export async function openTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  if (source.size === 0) throw unreadable(source.name, "it is empty.");
  return openers[options.format ?? (await formatOf(source, options.encoding ?? null))](source, options);
}

const endings: [TableFormat, RegExp][] = [
  ["csv", /\.(csv|tsv|tab|psv)$/],
  ["ndjson", /\.(ndjson|jsonl)$/],
  ["json", /\.json$/],
  ["arrow", /\.(arrow|arrows|feather|ipc)$/],
  ["parquet", /\.(parquet|pq)$/],
];

/** Beginnings of files that are something else, and what to do about it. */
const others: [string, string][] = [
  ["PK\u0003\u0004", "it is a ZIP or Excel file: unpack it, or save the sheet as CSV."],
  ["\u00d0\u00cf\u0011\u00e0", "it is an old Excel file: save the sheet as CSV."],
  ["FEA1", "it is Feather of version 1: write it again as version 2, which is Arrow."],
  ["BZh", "it is packed with bzip2: unpack it, or use gzip."],
  ["\u00fd7zXZ", "it is packed with xz: unpack it, or use gzip."],
  ["\u0028\u00b5\u002f\u00fd", "it is packed with Zstandard: unpack it, or use gzip."],
  ["Obj\u0001", "it is Avro, which is not read: write Parquet."],
  ["ORC", "it is ORC, which is not read: write Parquet."],
  ["%PDF", "it is a PDF."],
  ["SQLite format 3", "it is a database: export the table as CSV."],
];

async function formatOf(source: ByteSource, encoding: string | null): Promise<TableFormat> {
  const start = await startOf(source);
  const raw = String.fromCharCode(...start.subarray(0, 16));
  if (raw.startsWith("PAR1") || raw.startsWith("PARE")) return "parquet";
  if (raw.startsWith("ARROW1") || raw.startsWith("\u00ff\u00ff\u00ff\u00ff")) return "arrow";
  const name = source.name.toLowerCase().replace(/\.gz$/, "");
  const named = endings.find(([, ending]) => ending.test(name))?.[0] ?? null;
  if (named === "parquet" || named === "arrow") return named;
  const other = others.find(([magic]) => raw.startsWith(magic) && (magic.length > 3 || named === null));
  if (other) throw unreadable(source.name, other[1]);
  const decoder = decoderFor(encoding ?? encodingOf(start), source.name);
  const text = (decoder.decode(start) + decoder.end()).replace(/^\ufeff/, "");
  if (text.includes("\0")) throw unreadable(source.name, "it is neither text nor Parquet or Arrow.");
  const [first] = text.trimStart();
  if (first === "[" && named !== "csv") return named ?? "json";
  if (first === "{" && named !== "csv") return named === "ndjson" || isLines(text) ? "ndjson" : "json";
  if (/^\s*<(!doctype|html|\?xml)/i.test(text))
    throw unreadable(
      source.name,
      "it is a web page or XML: was it downloaded from a page that asks to sign in?",
    );
  return named ?? "csv";
}

/** A first line that is an object of its own, with something behind it. */
function isLines(text: string): boolean {
  const [line, ...more] = text.trim().split("\n");
  if (more.length === 0 && !line.trimEnd().endsWith("}")) return false;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && (more.length > 0 || Object.values(value ?? {}).every(isScalar));
  } catch {
    return false; // the object goes on in the next line: a document
  }
}

const isScalar = (value: unknown): boolean => typeof value !== "object" || value === null;

/** The first kilobytes, unpacked. */
async function startOf(source: ByteSource): Promise<Uint8Array<ArrayBuffer>> {
  let start = await source.slice(0, 4096);
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start;
  start = new Uint8Array();
  for await (const bytes of bytesOf(source)) {
    start = join(start, bytes.subarray(0, 4096));
    if (start.length >= 4096) break;
  }
  return start.subarray(0, 4096);
}
