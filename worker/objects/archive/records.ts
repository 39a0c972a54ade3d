import type { PendingFile } from "#core/domain/wire.ts";
import { readArchiveRecord } from "#core/domain/wire.ts";
import { type ArchiveTold, isAfter } from "../model/archive-ledger.ts";
import { addLabels, addRows } from "./hours.ts";
import { addPending, shareOfBytes } from "./pending.ts";
import { heardOf, saveHeard, saveNewest } from "./sources.ts";

/**
 * Takes what an object tells of its batches: from now on their files count. In one transaction with how far it was heard, so the same
 * page twice is as good as once.
 */
export function takeRecords(
  sql: SqlStorage,
  source: string,
  { records, labelled: looked, newestMs }: Pick<ArchiveTold, "records" | "labelled" | "newestMs">,
  nowMs: number,
): void {
  const heard = heardOf(sql, source);
  const fresh = records.filter(({ position }) => isAfter(position, heard.after));
  const pending: PendingFile[] = [];
  const hours = new Map<number, { rows: number; bytes: number }>();
  const labelled = new Set(looked.flatMap((one) => one.hours));
  for (const { record } of fresh) {
    const read = readArchiveRecord(record);
    if (read.kind === "labels") for (const hourMs of read.hours) labelled.add(hourMs);
    else {
      const { kind: _, ...file } = read;
      pending.push({ ...file, searched: 0 });
      for (const { hourMs, rows } of file.hours) {
        const sum = hours.get(hourMs) ?? { rows: 0, bytes: 0 };
        sum.rows += rows;
        sum.bytes += shareOfBytes(file, hourMs);
        hours.set(hourMs, sum);
      }
    }
  }
  addPending(sql, pending);
  for (const [hourMs, { rows, bytes }] of hours) addRows(sql, { hourMs, rows }, bytes, nowMs);
  for (const hourMs of labelled) addLabels(sql, hourMs, nowMs);
  const now = {
    after: fresh.at(-1)?.position ?? heard.after,
    labelled: Math.max(heard.labelled, looked.at(-1)?.sequence ?? 0),
  };
  // A source with nothing to tell costs no row.
  if (now.after !== heard.after || now.labelled !== heard.labelled) saveHeard(sql, source, now);
  saveNewest(sql, newestMs);
}
