import { firstWins, type IdLog, latestWins, mergeLogs } from "#core/domain/id-log.ts";
import { readLog } from "#core/domain/wire.ts";
import type { LogPage, LogPart, LogPlace } from "./log-pages.ts";

/** All that is known of the answers in one base pane, and of what turned out to be true. */
export interface PaneLogs {
  paneMs: number;
  predictions: IdLog;
  /** Of predictions in the pane, whether they are known or not. */
  labels: IdLog;
}

/**
 * The logs of the panes in [from, to) that hold predictions, oldest first, whoever keeps them. One pane is in memory at a
 * time.
 */
export type WindowLogs = (fromMs: number, toMs: number) => AsyncIterable<PaneLogs>;

/** An object that keeps logs. */
export type ReadLogs = (asked: { fromMs: number; toMs: number; after: LogPlace | null }) => Promise<LogPage>;

/** The logs of several objects as those of one: an id that is in several of them counts once. */
export function windowLogs(keepers: readonly ReadLogs[]): WindowLogs {
  return async function* (fromMs, toMs) {
    const panes = keepers.map((read) => panesOf(read, fromMs, toMs));
    const heads = await Promise.all(panes.map((own) => own.next()));
    for (;;) {
      const paneMs = Math.min(...heads.map(({ done, value }) => (done ? Infinity : value.paneMs)));
      if (paneMs === Infinity) return;
      const predictions: IdLog[] = [];
      const labels: IdLog[] = [];
      await Promise.all(
        heads.map(async ({ done, value }, keeper) => {
          if (done || value.paneMs !== paneMs) return;
          predictions.push(value.predictions);
          labels.push(value.labels);
          heads[keeper] = await panes[keeper].next();
        }),
      );
      const merged = mergeLogs(predictions, firstWins);
      if (merged.hi.length > 0) yield { paneMs, predictions: merged, labels: mergeLogs(labels, latestWins) };
    }
  };
}

/** One keeper's panes, put together again from their parts. */
async function* panesOf(read: ReadLogs, fromMs: number, toMs: number): AsyncGenerator<PaneLogs, undefined> {
  let pending: LogPart[] = [];
  let after: LogPlace | null = null;
  do {
    const page: LogPage = await read({ fromMs, toMs, after });
    for (const part of page.parts) {
      if (pending.length > 0 && pending[0].paneMs !== part.paneMs) {
        yield paneOf(pending);
        pending = [];
      }
      pending.push(part);
    }
    after = page.next;
  } while (after !== null);
  if (pending.length > 0) yield paneOf(pending);
}

function paneOf(parts: readonly LogPart[]): PaneLogs {
  const logsOf = (table: LogPart["table"]) =>
    parts.filter((part) => part.table === table).map(({ entries }) => readLog(entries));
  return {
    paneMs: parts[0].paneMs,
    predictions: mergeLogs(logsOf("prediction_log"), firstWins),
    labels: mergeLogs(logsOf("label_log"), latestWins),
  };
}
