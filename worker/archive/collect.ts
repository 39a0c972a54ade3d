import { HOUR_MS, limits } from "#core/domain/limits.ts";
import { doom, dueDoomed, dueGarbage, forgetGarbage, undoom } from "../objects/archive/garbage.ts";
import { pendingLots } from "../objects/archive/pending.ts";
import { saveCollected } from "../objects/archive/sources.ts";
import type { ArchiveStore } from "../objects/archive/store.ts";
import { batchKey, bucketMs, bucketPrefix } from "./keys.ts";

/** The bucket takes this many keys in one call, for lists and deletions alike. */
const keysAtOnce = 1000;

type Files = Pick<R2Bucket, "delete" | "list">;

/** Deletes files that count no more. @returns whether some were there, so that others may be */
export async function deleteGarbage(store: ArchiveStore, files: Files, nowMs: number): Promise<boolean> {
  const due = dueGarbage(store.sql, nowMs);
  if (due === null) return false;
  await files.delete(due.keys);
  store.transaction(() => forgetGarbage(store.sql, due));
  return true;
}

/** Deletes everything of models that are gone, and once more an hour later: a batch may have been on its way. */
export async function deleteDoomed(store: ArchiveStore, files: Files, nowMs: number): Promise<boolean> {
  const doomed = dueDoomed(store.sql, nowMs);
  if (doomed === null) return false;
  const { objects } = await files.list({ prefix: doomed.prefix, limit: keysAtOnce });
  if (objects.length > 0) {
    await files.delete(objects.map(({ key }) => key));
    return true;
  }
  store.transaction(() => {
    if (doomed.passes > 1) doom(store.sql, doomed.prefix, nowMs + HOUR_MS, doomed.passes - 1);
    else undoom(store.sql, doomed.prefix);
  });
  return true;
}

/** The last stretch of wall time that no request can still be about. */
export const collectableBucket = (nowMs: number): number =>
  Math.floor((nowMs - limits.archive.orphanMs) / bucketMs) - 1;

/**
 * Deletes the batch files of old stretches that nothing names: their batches were refused, never acknowledged, or sent once more after
 * they were compacted. To be called when every object has just been heard: then what was taken is named.
 * @returns whether some are left
 */
export async function deleteOrphans(
  { sql }: ArchiveStore,
  files: Files,
  prefix: string,
  { collected, nowMs }: { collected: number; nowMs: number },
): Promise<boolean> {
  const through = collectableBucket(nowMs);
  if (through <= collected) return false;
  const end = bucketPrefix(prefix, through + 1);
  const named = new Set<string>();
  for (const lot of pendingLots(sql))
    for (const file of lot.files)
      if (file.bucket > collected && file.bucket <= through) named.add(batchKey(prefix, file));
  let startAfter = bucketPrefix(prefix, collected + 1);
  for (;;) {
    const page = await files.list({ prefix: `${prefix}batches/`, startAfter, limit: keysAtOnce });
    const old = page.objects.map(({ key }) => key).filter((key) => key < end);
    const orphans = old.filter((key) => !named.has(key));
    if (orphans.length > 0) await files.delete(orphans);
    if (!page.truncated || old.length < page.objects.length) break;
    startAfter = old[old.length - 1];
  }
  saveCollected(sql, through);
  return false;
}
