/** What the archive holds when all has come to rest, and what it is to hold. */
import type { Model } from "#core/domain/api.ts";
import type { Column } from "#core/domain/columns.ts";
import { rowsInRange } from "../../../worker/archive/read-range.ts";
import { partsBetween } from "../../../worker/objects/archive/hours.ts";
import { pendingLots } from "../../../worker/objects/archive/pending.ts";
import { isValid, lastLabels } from "./one-pass.ts";
import { type Platform, storageOf } from "./platform.ts";
import { predictionsIn, type SentBatch } from "./scenario.ts";
import { alwaysThere } from "./senders.ts";

export interface ArchiveStory {
  /** Id, time, features, answers and label of every row, in some order. */
  rows: string[];
  /** Batch files that count and are not compacted: none. */
  pending: number;
  /** Files that nobody names: none, once nothing can be on its way any more. */
  unnamed: string[];
}

const fields = ["prediction_id", "amount", "channel", "score", "approved", "label"] as const;

/** @param collected whether it has been long enough for what was left over to be deleted */
export async function archiveStoryOf(
  name: string,
  model: Model,
  platform: Platform,
  collected: boolean,
): Promise<ArchiveStory> {
  const env = platform.env(alwaysThere);
  const reader = {
    ...{ model, files: env.ROWS, manifest: env.ARCHIVE.getByName(name) },
    sourceOf: (source: string) => (source === name ? env.MODEL : env.SHARD).getByName(source),
  };
  const rows: string[] = [];
  const asked = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER, labelled: false };
  for await (const lot of rowsInRange(reader, asked)) {
    const columns = fields.map((field) => lot.columns.get(field));
    for (let row = 0; row < lot.rows; row++)
      rows.push(JSON.stringify([lot.timesMs?.[row], ...columns.map((column) => valueAt(column, row))]));
  }
  const { sql } = storageOf(platform, "ArchiveObject", name);
  const parts = [...partsBetween(sql, 0, Number.MAX_SAFE_INTEGER).values()].flat();
  const named = new Set(parts.map(({ key }) => key));
  const unnamed = [...platform.bucket.files.keys()].filter((key) => !named.has(key));
  return {
    rows: rows.sort(),
    pending: [...pendingLots(sql)].length,
    unnamed: collected ? unnamed : unnamed.filter((key) => key.endsWith(".parquet")),
  };
}

export function expectedArchive(batches: readonly SentBatch[]): ArchiveStory {
  const labels = lastLabels(batches);
  const rows = predictionsIn(batches)
    .flat()
    .filter(isValid)
    .map(({ prediction_id: id, timestamp, amount, channel, score, approved }) => {
      const label = id === undefined ? undefined : labels.get(id)?.label;
      const told = [id ?? null, amount, channel, score, String(approved), label?.toString() ?? null];
      return JSON.stringify([timestamp, ...told]);
    });
  return { rows: rows.sort(), pending: 0, unnamed: [] };
}

function valueAt(column: Column | undefined, row: number): string | number | null {
  if (column === undefined) return null;
  if (column.kind === "categorical") return column.dictionary[column.codes[row]] ?? null;
  return Number.isNaN(column.values[row]) ? null : column.values[row];
}
