import { labelJoin } from "#core/domain/archive-labels.ts";
import type { Columns } from "#core/domain/columns.ts";
import type { Erasures } from "#core/domain/erasures.ts";
import type { IdLog } from "#core/domain/id-log.ts";
import { limits } from "#core/domain/limits.ts";
import type { ModelConfig } from "#core/domain/model.ts";
import type { PendingFile } from "#core/domain/wire.ts";
import { concatenateRows, sortedByTime } from "#core/formats/archive/archived-rows.ts";
import { rowsToParquet } from "#core/formats/archive/rows-parquet.ts";
import { addGarbage, addGarbageLots, keepFile } from "../objects/archive/garbage.ts";
import {
  deleteEmptyHour,
  deletePart,
  findHour,
  type Part,
  partsOf,
  savePart,
  settleHour,
  takeRows,
} from "../objects/archive/hours.ts";
import {
  changePending,
  pendingLots,
  rowsOf,
  shareOfBytes,
  withoutHours,
} from "../objects/archive/pending.ts";
import { HOUR_MS } from "#core/domain/limits.ts";
import type { ArchiveStore } from "../objects/archive/store.ts";
import { batchKey, partKey } from "./keys.ts";
import { FileDamaged, fileReader, rowsOfFile } from "./row-files.ts";

/** What compaction needs of the world. */
export interface CompactionDeps {
  store: ArchiveStore;
  files: R2Bucket;
  model: ModelConfig;
  prefix: string;
  labels(hourMs: number): AsyncIterable<IdLog>;
  /** Everything erased so far, and the number of the last erasure. */
  erasures: Erasures;
  searched: number;
  nowMs: number;
  /** Arrow that one Parquet file is made of. */
  partBytes: number;
  /** A step stops reading batch files after so long and goes on with those it has: each may be megabytes, and of many hours. */
  stepMs: number;
  clock(): number;
  /** A word that was never used before. */
  mark(): string;
}

/** One file to be made: of batch files, of a part that is written again, or of both. */
interface Plan {
  hourMs: number;
  part: number;
  pending: PendingFile[];
  old: Part | null;
  labelChanges: number;
}

/**
 * Compacts some of an hour: batch files into a Parquet file, with the labels that are known; or a Parquet file into one with newer
 * labels. Rows count in exactly one form at any moment, because the manifest moves them in one transaction:
 *
 * 1. the new file is named as garbage, then written, then looked at;
 * 2. in one transaction it counts, its rows' batch files count no more and are garbage;
 * 3. garbage is deleted later.
 *
 * A crash before 2 leaves garbage that is named, a crash after it too.
 * @returns whether the hour has more to compact
 */
export async function compactHour(deps: CompactionDeps, hourMs: number): Promise<boolean> {
  const whole = planOf(deps, hourMs);
  if (whole === null) {
    deps.store.transaction(() => settleHour(deps.store.sql, hourMs));
    return false;
  }
  const { rows, read, labelsChanged } = await gather(deps, whole);
  const plan = { ...whole, pending: whole.pending.slice(0, read) };
  const erased = rowsIn(plan) - rows.rows;
  if (plan.pending.length === 0 && plan.old !== null && !labelsChanged && erased === 0) {
    const same = { ...plan.old, labelChanges: plan.labelChanges, searched: deps.searched };
    deps.store.transaction(() => savePart(deps.store.sql, same));
  } else await replace(deps, plan, rows, limits.archive.graceMs);
  return true;
}

/**
 * Writes a part again without what was erased; the old file is garbage at once.
 * @param alongside what is to be noted in the same transaction
 */
export async function rewritePart(deps: CompactionDeps, part: Part, alongside: () => void): Promise<void> {
  const { hourMs } = part;
  const labelChanges = findHour(deps.store.sql, hourMs)?.labelChanges ?? part.labelChanges;
  const plan = { hourMs, part: part.part, pending: [], old: part, labelChanges };
  const { rows } = await gather(deps, plan);
  await replace(deps, plan, rows, 0, alongside);
}

const rowsIn = ({ pending, old, hourMs }: Plan): number =>
  pending.reduce((sum, file) => sum + rowsOf(file, hourMs), old?.rows ?? 0);

function planOf({ store: { sql }, model, partBytes }: CompactionDeps, hourMs: number): Plan | null {
  const hour = findHour(sql, hourMs);
  if (hour === null) return null;
  const parts = partsOf(sql, hourMs);
  const { pending, bytes } = pendingFor(sql, hourMs, partBytes);
  const base = { hourMs, pending, labelChanges: hour.labelChanges };
  if (pending.length > 0) {
    // Late rows go into the last part as long as that is small: an hour is one file, if it can be.
    const last = parts.at(-1) ?? null;
    const room = partBytes - bytes;
    const old = last !== null && arrowBytes(model, last.rows) <= room ? last : null;
    return { ...base, part: old?.part ?? (last?.part ?? -1) + 1, old };
  }
  const old = parts.find((part) => part.labelChanges < hour.labelChanges) ?? null;
  return old === null ? null : { ...base, part: old.part, old };
}

/** As many files as one part takes. */
function pendingFor(
  sql: SqlStorage,
  hourMs: number,
  partBytes: number,
): { pending: PendingFile[]; bytes: number } {
  const pending: PendingFile[] = [];
  let bytes = 0;
  for (const { files } of pendingLots(sql, { fromMs: hourMs, toMs: hourMs + HOUR_MS }))
    for (const file of files) {
      if (rowsOf(file, hourMs) === 0) continue;
      const more = shareOfBytes(file, hourMs);
      if (pending.length > 0 && bytes + more > partBytes) return { pending, bytes };
      pending.push(file);
      bytes += more;
    }
  return { pending, bytes };
}

/** About as many as rows take as Arrow. */
const arrowBytes = ({ features }: Pick<ModelConfig, "features">, rows: number): number =>
  rows * 8 * (features.length + 6);

/** The rows of a plan with their labels: of as many of its batch files as a step may read. */
async function gather(
  deps: CompactionDeps,
  plan: Plan,
): Promise<{ rows: Columns; read: number; labelsChanged: boolean }> {
  const { hourMs, pending, old } = plan;
  const reader = fileReader(deps.files, deps.model, deps.erasures);
  const lots: Columns[] = [];
  if (old !== null)
    for await (const lot of rowsOfFile(reader, { key: old.key, batch: null, rows: old.rows }, hourMs))
      lots.push(lot);
  const untilMs = deps.clock() + deps.stepMs;
  let read = 0;
  for (const file of pending) {
    if (read > 0 && deps.clock() >= untilMs) break;
    const of = { key: batchKey(deps.prefix, file), batch: file, rows: rowsOf(file, hourMs) };
    for await (const lot of rowsOfFile(reader, of, hourMs)) lots.push(lot);
    read++;
  }
  const join = labelJoin(deps.model, sortedByTime(concatenateRows(reader.schema, lots)));
  for await (const log of deps.labels(hourMs)) join.add(log);
  const { rows, changed } = join.finish();
  return { rows, read, labelsChanged: changed };
}

async function replace(
  deps: CompactionDeps,
  plan: Plan,
  rows: Columns,
  graceMs: number,
  alongside: () => void = () => undefined,
): Promise<void> {
  const { store, files, prefix, nowMs, model } = deps;
  const { hourMs, part, old, pending } = plan;
  const key = partKey(prefix, hourMs, part, deps.mark());
  let bytes = 0;
  if (rows.rows > 0) {
    const file = rowsToParquet(fileReader(files, model, deps.erasures).schema, rows);
    bytes = file.length;
    store.transaction(() => addGarbage(store.sql, key, nowMs + limits.archive.graceMs));
    await putWhole(files, key, file);
  }
  store.transaction(() => {
    const { sql } = store;
    const afterMs = nowMs + graceMs;
    if (old !== null) addGarbage(sql, old.key, afterMs);
    if (rows.rows === 0) deletePart(sql, plan);
    else {
      keepFile(sql, key);
      savePart(sql, {
        ...{ hourMs, part, key, bytes, rows: rows.rows, labelled: labelledIn(rows) },
        ...{ labelChanges: plan.labelChanges, searched: deps.searched },
      });
    }
    const names = new Set(pending.map((file) => batchKey(prefix, file)));
    const sum = (of: (file: PendingFile) => number): number =>
      pending.reduce((total, file) => total + of(file), 0);
    takeRows(
      sql,
      hourMs,
      sum((file) => rowsOf(file, hourMs)),
      sum((file) => shareOfBytes(file, hourMs)),
    );
    const gone = changePending(sql, { fromMs: hourMs, toMs: hourMs + HOUR_MS }, (file) =>
      names.has(batchKey(prefix, file)) ? withoutHours(file, (hour) => hour === hourMs) : file,
    );
    addGarbageLots(
      sql,
      gone.map((file) => batchKey(prefix, file)),
      afterMs,
    );
    deleteEmptyHour(sql, hourMs);
    alongside();
  });
}

function labelledIn(rows: Columns): number {
  const label = rows.columns.get("label");
  if (label === undefined) return 0;
  let labelled = 0;
  for (let row = 0; row < rows.rows; row++)
    if (label.kind === "numeric" ? !Number.isNaN(label.values[row]) : label.codes[row] >= 0) labelled++;
  return labelled;
}

/** The store checks the bytes it receives against their digest; that they are there is asked once more before anything else goes. */
async function putWhole(
  files: Pick<R2Bucket, "put" | "head">,
  key: string,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  await files.put(key, bytes, { sha256: await crypto.subtle.digest("SHA-256", bytes) });
  const written = await files.head(key);
  if (written === null || written.size !== bytes.length)
    throw new FileDamaged(key, "is not what was written a moment ago");
}
