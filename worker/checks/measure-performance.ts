import type { PerformanceWindow } from "#core/domain/api.ts";
import { joinLogs } from "#core/domain/id-log.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { binaryPerformance } from "#core/performance.ts";
import { listPanes, readPaneLog } from "../objects/model/logs.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { savePerformance } from "../objects/model/performance.ts";
import { clearMark, listMarked } from "../objects/model/windows.ts";

/**
 * Computes realised performance anew for windows whose labels or predictions changed. Each time from the whole logs, so
 * neither order nor repetition of what arrived can show.
 * @returns the windows measured, and whether some are left
 */
export function measurePerformance(
  store: ModelStore,
  kernel: Kernel,
): { windows: number[]; unfinished: boolean } {
  const { windowMs } = store.configured.model;
  const due = listMarked(store.sql, "labels_changed", Number.MAX_SAFE_INTEGER, pace.performancePerAlarm + 1);
  const windows = due.slice(0, pace.performancePerAlarm);
  for (const startMs of windows)
    store.transaction(() => {
      clearMark(store.sql, "labels_changed", startMs);
      savePerformance(store.sql, measureWindow(store.sql, kernel, startMs, startMs + windowMs));
    });
  return { windows, unfinished: due.length > windows.length };
}

export function measureWindow(
  sql: SqlStorage,
  kernel: Kernel,
  windowStartMs: number,
  windowEndMs: number,
): PerformanceWindow {
  let predictions = 0;
  const scores: number[] = [];
  const predicted: number[] = [];
  const labels: number[] = [];
  for (const paneMs of listPanes(sql, "prediction_log", windowStartMs, windowEndMs)) {
    const log = readPaneLog(sql, "prediction_log", paneMs);
    const labelLog = readPaneLog(sql, "label_log", paneMs);
    predictions += log.hi.length;
    const { inA, inB } = joinLogs(log, labelLog);
    for (let pair = 0; pair < inA.length; pair++) {
      scores.push(log.values[inA[pair]]);
      predicted.push(log.flags[inA[pair]]);
      labels.push(labelLog.flags[inB[pair]]);
    }
  }
  const measured = binaryPerformance(kernel, {
    scores: Float64Array.from(scores),
    predicted: Uint8Array.from(predicted),
    labels: Uint8Array.from(labels),
  });
  return { windowStartMs, windowEndMs, predictions, ...measured };
}
