import { floorTo } from "#core/domain/event-time.ts";
import type { BatchStore } from "./batch-store.ts";
import { listPanes, type LogTable, logTables, type PartPlace, partsOfPane, readParts } from "./logs.ts";

/** How logs pass from object to object: in parts as they lie, page by page, since memory and RPC are bounded. */
export interface LogPart {
  paneMs: number;
  table: LogTable;
  /** By writeLog. */
  entries: Uint8Array;
}

export type LogPlace = Pick<LogPart, "paneMs" | "table"> & { part: number };

export interface LogPage {
  parts: LogPart[];
  /** The last part, behind which the next page begins; null at the end. */
  next: LogPlace | null;
}

/** Each of 32 shards may have a page under way, and a page holds at least one part. */
const pageBytes = 512 * 1024;

/** Parts of the panes in [from, to), pane by pane, behind a place. */
export function pageOfLogs(
  sql: SqlStorage,
  { fromMs, toMs, after }: { fromMs: number; toMs: number; after: LogPlace | null },
): LogPage {
  const parts: LogPart[] = [];
  let bytes = 0;
  const panes = logTables.flatMap((table) => listPanes(sql, table, after?.paneMs ?? fromMs, toMs));
  for (const paneMs of [...new Set(panes)].sort((a, b) => a - b))
    for (const table of logTables) {
      const begun = paneMs === after?.paneMs;
      if (begun && logTables.indexOf(table) < logTables.indexOf(after.table)) continue;
      const behind = begun && table === after.table ? after.part : -1;
      for (const { part, entries } of partsOfPane(sql, table, paneMs, behind)) {
        parts.push({ paneMs, table, entries });
        bytes += entries.byteLength;
        if (bytes >= pageBytes) return { parts, next: { paneMs, table, part } };
      }
    }
  return { parts, next: null };
}

/** Labels of panes that reach into [from, to), from the beginning or behind a place. */
export interface AskedLabels {
  fromMs: number;
  toMs: number;
  after: LabelPlace | null;
}
export interface LabelPage {
  /** As they lie, part by part: an id may be in several. */
  logs: Uint8Array[];
  /** Where to go on; null at the end. */
  next: LabelPlace | null;
}
export type LabelPlace = PartPlace;

export function pageOfLabels(
  { sql, configured }: BatchStore,
  { fromMs, toMs, after: given }: AskedLabels,
): LabelPage {
  const after = given ?? { paneMs: floorTo(fromMs, configured.model.basePaneMs), part: -1 };
  const logs: Uint8Array[] = [];
  let bytes = 0;
  for (const { paneMs, part, entries } of readParts(sql, "label_log", { after, toMs })) {
    logs.push(entries);
    bytes += entries.byteLength;
    if (bytes >= pageBytes) return { logs, next: { paneMs, part } };
  }
  return { logs, next: null };
}
