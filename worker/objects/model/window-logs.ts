import type { IdLog } from "#core/domain/id-log.ts";
import { listPanes, readPaneLog } from "./logs.ts";

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

/** Those that the object itself keeps. */
export function ownWindowLogs(sql: SqlStorage): WindowLogs {
  return async function* (fromMs, toMs) {
    for (const paneMs of listPanes(sql, "prediction_log", fromMs, toMs))
      yield {
        paneMs,
        predictions: readPaneLog(sql, "prediction_log", paneMs),
        labels: readPaneLog(sql, "label_log", paneMs),
      };
  };
}
