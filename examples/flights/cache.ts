/**
 * The prepared dataset as one file, so that a second start need not train again: a line of JSON that names the arrays,
 * then their bytes. The header carries a fingerprint of the source and of our code; another one means preparing anew.
 */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Dataset } from "./dataset.ts";
import { featureNames, type FeatureColumns } from "./features.ts";
import { injectFaults } from "./faults.ts";
import { dataFile } from "./source.ts";

interface Header {
  fingerprint: string;
  rows: number;
  codes: string[];
  training: Dataset["training"];
}

const cacheFile = (cacheDir: string): string => join(cacheDir, "flights.bin");
/** Typed arrays need aligned starts; every array begins on a multiple of this. */
const ALIGN = 8;

/** Changes when the data, or any file of this folder, does: a stale cache would be a lie that nobody sees. */
export function fingerprint(): string {
  const hash = createHash("sha256").update(String(statSync(dataFile("flights-3m.parquet")).size));
  const folder = dirname(fileURLToPath(import.meta.url));
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .sort())
    hash.update(name).update(readFileSync(join(folder, name)));
  return hash.digest("hex");
}

function arraysOf(dataset: Dataset): (Int32Array | Int16Array | Uint16Array)[] {
  const features = featureNames.map((name) => dataset.columns[name]);
  return [dataset.minute, dataset.delay, dataset.scores, dataset.faulty.scores, ...features];
}

/** Written beside and renamed: a killed writer leaves no half file under the name. */
export function writeCache(cacheDir: string, dataset: Dataset): void {
  mkdirSync(cacheDir, { recursive: true });
  const { rows, codes, training } = dataset;
  const header: Header = { fingerprint: fingerprint(), rows, codes, training };
  const parts: Uint8Array[] = [pad(Buffer.from(`${JSON.stringify(header)}\n`), " ")];
  for (const array of arraysOf(dataset))
    parts.push(pad(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), "\0"));
  const partial = `${cacheFile(cacheDir)}.partial`;
  writeFileSync(partial, Buffer.concat(parts));
  renameSync(partial, cacheFile(cacheDir));
}

/** Null when there is no cache, or it is of other data or code. */
export function readCache(cacheDir: string): Dataset | null {
  if (!existsSync(cacheFile(cacheDir))) return null;
  const file = readFileSync(cacheFile(cacheDir));
  const header = readHeader(file);
  if (header === null || header.fingerprint !== fingerprint()) return null;
  const { rows, codes, training } = header;
  let at = aligned(file.indexOf("\n") + 1);
  // A copy starts on its own aligned buffer; views of the file would keep its offset.
  const bytes = file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength);
  const take = (width: number): number => {
    const start = at;
    at = aligned(at + width * rows);
    if (start + width * rows > bytes.byteLength)
      throw new Error("the cache of prepared flights is cut short");
    return start;
  };
  const minute = new Int32Array(bytes, take(4), rows);
  const delay = new Int16Array(bytes, take(2), rows);
  const scores = new Uint16Array(bytes, take(2), rows);
  const faultyScores = new Uint16Array(bytes, take(2), rows);
  const columns = Object.fromEntries(
    featureNames.map((name) => [name, new Int16Array(bytes, take(2), rows)]),
  ) as FeatureColumns;
  const faulty = injectFaults({ rows, minute, codes, columns }).columns;
  return {
    rows,
    minute,
    delay,
    codes,
    columns,
    scores,
    training,
    faulty: { columns: faulty, scores: faultyScores },
  };
}

function readHeader(file: Buffer): Header | null {
  const end = file.indexOf("\n");
  return end < 0 ? null : (JSON.parse(file.toString("utf8", 0, end)) as Header);
}

function aligned(at: number): number {
  return Math.ceil(at / ALIGN) * ALIGN;
}

function pad(bytes: Uint8Array, filler: " " | "\0"): Uint8Array {
  return Buffer.concat([bytes, Buffer.alloc(aligned(bytes.length) - bytes.length, filler)]);
}
