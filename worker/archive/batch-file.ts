import { archiveColumns } from "#core/domain/archive.ts";
import type { Model } from "#core/domain/api.ts";
import { ProblemError } from "#core/domain/errors.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import { type BatchFile, type HourRows, writeArchiveRecord } from "#core/domain/wire.ts";
import { type CountedRows, toArchived } from "#core/formats/archive/archived-rows.ts";
import { rowsToArrow } from "#core/formats/archive/rows-arrow.ts";
import { sha256 } from "../http/body.ts";
import { batchKey, bucketOf, prefixOf } from "./keys.ts";

/** Takes files before their batches are counted. */
export type FileStore = Pick<R2Bucket, "put">;

/**
 * Puts a batch's rows into the archive before they are counted, and says where: the model's object remembers that with the batch, and
 * only what it remembers counts. A file is named by the batch's id and its own bytes. So a retry overwrites itself; and one that
 * accepts other rows than the attempt that counted (an older plan, a later clock) is another file, which nobody looks at.
 *
 * One put a batch. A file whose batch is then refused or never acknowledged is deleted when its time has come (collect.ts).
 */
export async function putBatchFile(
  files: FileStore,
  modelName: string,
  model: Model,
  { batchId, nowMs }: { batchId: string; nowMs: number },
  batch: CountedRows,
): Promise<Uint8Array> {
  const rows = toArchived(model, batch);
  const bytes = rowsToArrow(archiveColumns(model), rows);
  const [idDigest, digest] = await Promise.all([sha256(new TextEncoder().encode(batchId)), sha256(bytes)]);
  const file: BatchFile = {
    bucket: bucketOf(nowMs),
    name: nameOf(idDigest, digest),
    bytes: bytes.length,
    hours: hoursOf(rows.timesMs ?? new Float64Array(0)),
  };
  try {
    await files.put(batchKey(prefixOf(modelName, model.createdAtMs), file), bytes);
  } catch (error) {
    console.error(`a batch of ${modelName} could not be archived`, error);
    throw new ProblemError(
      "unavailable",
      "The archive did not take the rows, so nothing of the batch is counted; try again.",
    );
  }
  return writeArchiveRecord({ kind: "rows", ...file });
}

const idDigits = 16;
const digestDigits = 32;

const nameOf = (idDigest: string, digest: string): string =>
  idDigest.slice(0, idDigits) + digest.slice(0, digestDigits);

/** Whether the bytes are those that the file's name speaks of. */
export async function isWhole({ name }: Pick<BatchFile, "name">, bytes: Uint8Array): Promise<boolean> {
  return (await sha256(bytes)).startsWith(name.slice(idDigits));
}

/** The name of a file that holds fewer rows of the same batch. */
export const renamed = async ({ name }: Pick<BatchFile, "name">, bytes: Uint8Array): Promise<string> =>
  nameOf(name, await sha256(bytes));

/** Rows by hour, in order. */
export function hoursOf(timesMs: Float64Array): HourRows[] {
  const byHour = new Map<number, number>();
  for (const timeMs of timesMs) {
    const hourMs = floorTo(timeMs, HOUR_MS);
    byHour.set(hourMs, (byHour.get(hourMs) ?? 0) + 1);
  }
  return Array.from(byHour, ([hourMs, rows]) => ({ hourMs, rows })).sort((a, b) => a.hourMs - b.hourMs);
}
