import { type ArchiveColumn, archiveColumns, type Archived } from "#core/domain/archive.ts";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import type { Erasures } from "#core/domain/erasures.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import { rowsFromArrow } from "#core/formats/archive/rows-arrow.ts";
import { rowsFromParquet } from "#core/formats/archive/rows-parquet.ts";
import { isWhole } from "./batch-file.ts";

/** A file that counts, of one hour. */
export interface RowFile {
  key: string;
  /** Of a Parquet file: which of its hour. */
  part: number | null;
  /** Of a batch file: the name that holds its digest. */
  batch: { name: string } | null;
  /** Of this hour. */
  rows: number;
}

/** What reading files needs. */
export interface FileReader {
  files: Pick<R2Bucket, "get">;
  model: Archived;
  schema: readonly ArchiveColumn[];
  erasures: Erasures;
}

export const fileReader = (
  files: Pick<R2Bucket, "get">,
  model: Archived,
  erasures: Erasures,
): FileReader => ({ files, model, schema: archiveColumns(model), erasures });

/** A file that counts is not there, or is not what was written: the archive is damaged, and says so instead of leaving rows out. */
export class FileDamaged extends Error {
  constructor(key: string, what: string) {
    super(`${key} ${what}`);
    this.name = "FileDamaged";
  }
}

export async function bytesOf(files: Pick<R2Bucket, "get">, key: string): Promise<Uint8Array<ArrayBuffer>> {
  const object = await files.get(key);
  if (object === null) throw new FileDamaged(key, "is not there");
  return new Uint8Array(await object.arrayBuffer());
}

/** A batch's rows, all hours of them. */
export async function batchRows(
  { files, schema }: Pick<FileReader, "files" | "schema">,
  key: string,
  batch: { name: string },
): Promise<Columns> {
  const bytes = await bytesOf(files, key);
  if (!(await isWhole(batch, bytes))) throw new FileDamaged(key, "does not hold what was written");
  return rowsFromArrow(schema, bytes);
}

/** The rows of an hour in a file, without the erased ones, in lots that fit into memory. */
export async function* rowsOfFile(
  reader: FileReader,
  { key, batch, rows: promised }: Omit<RowFile, "part">,
  hourMs: number,
): AsyncGenerator<Columns, void, void> {
  const { files, model, schema, erasures } = reader;
  let found = 0;
  for await (const all of batch === null
    ? partRows(files, schema, key)
    : [await batchRows(reader, key, batch)]) {
    const rows = batch === null ? all : inHour(all, hourMs);
    found += rows.rows;
    const kept = erasures.kept(model, rows);
    const left = kept === null ? rows : selectRows(rows, kept);
    if (left.rows > 0) yield left;
  }
  if (found !== promised) throw new FileDamaged(key, `has ${found} rows of its hour, not ${promised}`);
}

/** Lot by lot. @param wanted names of columns to be read */
export async function* partRows(
  files: Pick<R2Bucket, "get">,
  schema: readonly ArchiveColumn[],
  key: string,
  wanted?: (name: string) => boolean,
): AsyncGenerator<Columns, void, void> {
  const bytes = await bytesOf(files, key);
  try {
    yield* rowsFromParquet(schema, key, bytes, wanted);
  } catch (error) {
    throw new FileDamaged(key, `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function inHour(rows: Columns, hourMs: number): Columns {
  const times = rows.timesMs ?? new Float64Array(0);
  const places = Int32Array.from(times.keys()).filter((row) => floorTo(times[row], HOUR_MS) === hourMs);
  return places.length === rows.rows ? rows : selectRows(rows, places);
}

/** Rows in [from, to). */
export function inRange(rows: Columns, fromMs: number, toMs: number): Columns {
  const times = rows.timesMs ?? new Float64Array(0);
  const places = Int32Array.from(times.keys()).filter((row) => times[row] >= fromMs && times[row] < toMs);
  return places.length === rows.rows ? rows : selectRows(rows, places);
}
