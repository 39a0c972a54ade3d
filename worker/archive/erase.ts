import { archiveColumns } from "#core/domain/archive.ts";
import { type Columns, selectRows } from "#core/domain/columns.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { HOUR_MS, limits } from "#core/domain/limits.ts";
import type { PendingFile } from "#core/domain/wire.ts";
import { rowsToArrow } from "#core/formats/archive/rows-arrow.ts";
import { countErased, type Erasure, finishErasure } from "../objects/archive/erasures.ts";
import { addGarbage, hastenGarbage, keepFile } from "../objects/archive/garbage.ts";
import { type Part, savePart, takeRows, unsearchedPart } from "../objects/archive/hours.ts";
import { changePending, pendingLots, rowsOf } from "../objects/archive/pending.ts";
import { deleteGarbage } from "./collect.ts";
import { hoursOf, renamed } from "./batch-file.ts";
import { type CompactionDeps, rewritePart } from "./compact.ts";
import { batchKey, bucketOf } from "./keys.ts";
import { batchRows, partRows } from "./row-files.ts";

/**
 * Goes on with an erasure: some of a lot of batch files, or one Parquet file. Each is searched once; one that holds such rows is written
 * again without them. At the end all that was replaced, now or before, is deleted, without the grace that readers have elsewhere: when
 * an erasure is done, no file that ever counted holds such a row. What is interrupted goes on where it was: the manifest says
 * what has been searched.
 * @returns whether something is left to search
 */
export async function eraseSome(deps: CompactionDeps, erasure: Erasure): Promise<boolean> {
  if (await searchPending(deps, erasure)) return true;
  const part = unsearchedPart(deps.store.sql, erasure.sequence);
  if (part !== null) {
    await searchPart(deps, erasure, part);
    return true;
  }
  deps.store.transaction(() => hastenGarbage(deps.store.sql, deps.nowMs));
  while (await deleteGarbage(deps.store, deps.files, deps.nowMs));
  deps.store.transaction(() => finishErasure(deps.store.sql, erasure.sequence, deps.nowMs));
  return false;
}

/** A file as it is after the search, null where nothing of it is left; and how many of its rows are erased. */
interface Searched {
  file: PendingFile | null;
  erased: number;
}

async function searchPending(deps: CompactionDeps, { sequence, pendingThrough }: Erasure): Promise<boolean> {
  const { sql } = deps.store;
  for (const lot of pendingLots(sql, { throughSequence: pendingThrough })) {
    const unsearched = lot.files.filter(({ searched }) => searched < sequence);
    if (unsearched.length === 0) continue;
    const found = new Map<string, Searched>();
    const untilMs = deps.clock() + deps.stepMs;
    for (const file of unsearched) {
      found.set(batchKey(deps.prefix, file), await searchBatch(deps, file));
      if (deps.clock() >= untilMs) break; // the others are searched by the next step
    }
    deps.store.transaction(() => replaceFiles(deps, sequence, lot.sequence, found));
    return true;
  }
  return false;
}

function replaceFiles(
  { store: { sql }, prefix, nowMs }: CompactionDeps,
  erasure: number,
  lot: number,
  found: ReadonlyMap<string, Searched>,
): void {
  changePending(sql, { fromSequence: lot, throughSequence: lot }, (file) => {
    const key = batchKey(prefix, file);
    const searched = found.get(key);
    if (searched === undefined) return file;
    const newKey = searched.file && batchKey(prefix, searched.file);
    if (newKey === key) return searched.file;
    addGarbage(sql, key, nowMs);
    if (newKey !== null) keepFile(sql, newKey);
    for (const { hourMs, rows } of file.hours) {
      const gone = rows - (searched.file === null ? 0 : rowsOf(searched.file, hourMs));
      if (gone > 0) takeRows(sql, hourMs, gone, 0);
    }
    countErased(sql, erasure, { rows: searched.erased, batches: 1 });
    return searched.file;
  });
}

async function searchBatch(deps: CompactionDeps, file: PendingFile): Promise<Searched> {
  const { files, model, prefix, erasures, store, nowMs, searched } = deps;
  const schema = archiveColumns(model);
  const all = await batchRows({ files, schema }, batchKey(prefix, file), file);
  const kept = erasures.kept(model, all);
  if (kept === null) return { file: { ...file, searched }, erased: 0 };
  // Rows of hours that are compacted count there; from here they go with the others.
  const left = uncompacted(selectRows(all, kept), file);
  const erased = file.hours.reduce((sum, { rows }) => sum + rows, -left.rows);
  if (left.rows === 0) return { file: null, erased };
  const bytes = rowsToArrow(schema, left);
  const smaller: PendingFile = {
    ...{ bucket: bucketOf(nowMs), name: await renamed(file, bytes), bytes: bytes.length, searched },
    hours: hoursOf(left.timesMs ?? new Float64Array(0)),
  };
  const key = batchKey(prefix, smaller);
  store.transaction(() => addGarbage(store.sql, key, nowMs + limits.archive.graceMs));
  await files.put(key, bytes);
  return { file: smaller, erased };
}

function uncompacted(rows: Columns, file: PendingFile): Columns {
  const hours = new Set(file.hours.map(({ hourMs }) => hourMs));
  const times = rows.timesMs ?? new Float64Array(0);
  const places = Int32Array.from(times.keys()).filter((row) => hours.has(floorTo(times[row], HOUR_MS)));
  return places.length === rows.rows ? rows : selectRows(rows, places);
}

async function searchPart(deps: CompactionDeps, { sequence }: Erasure, part: Part): Promise<void> {
  const { files, model, store, erasures } = deps;
  const named = new Set(["prediction_id", "timestamp", model.archive?.subject]);
  let erased = 0;
  for await (const rows of partRows(files, archiveColumns(model), part.key, (name) => named.has(name)))
    erased += rows.rows - (erasures.kept(model, rows)?.length ?? rows.rows);
  if (erased === 0) store.transaction(() => savePart(store.sql, { ...part, searched: deps.searched }));
  else
    await rewritePart(deps, part, () =>
      countErased(store.sql, sequence, { rows: erased, hourMs: part.hourMs }),
    );
}
