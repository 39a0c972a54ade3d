import { entryOf, joinLogs } from "#core/domain/id-log.ts";
import { performanceMonitor, seriesKey } from "#core/domain/monitor.ts";
import { joinOutcomes, type Outcomes, outcomesOf, segmentsAt } from "#core/domain/outcomes.ts";
import { segmentKeys } from "#core/domain/segments.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { MeasuredWindow } from "#core/performance/beside-estimate.ts";
import { labelDelay, measurePerformance as measureOutcomes } from "#core/performance.ts";
import { clearDue, listDue, markDue } from "../objects/model/due.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { savePerformance } from "../objects/model/performance.ts";
import type { PaneLogs, WindowLogs } from "../objects/model/window-logs.ts";

/**
 * Computes realised performance anew for windows whose labels or predictions changed. Each time from the whole logs, so
 * neither order nor repetition of what arrived can show. A window that changes while its logs are read stays due.
 * @returns the windows measured, and whether some are left
 */
export async function measurePerformance(
  store: ModelStore,
  kernel: Kernel,
  logs: WindowLogs,
): Promise<{ windows: number[]; unfinished: boolean }> {
  const { windowMs } = store.configured.model;
  const due = listDue(store.sql, "performance", Number.MAX_SAFE_INTEGER, pace.performancePerAlarm + 1);
  const windows = due.slice(0, pace.performancePerAlarm);
  for (const window of windows) {
    store.changedWindows.delete(window.endMs);
    const measured = await measureWindow(store, kernel, logs, window.endMs - windowMs, window.endMs);
    store.transaction(() => {
      if (!store.changedWindows.has(window.endMs)) clearDue(store.sql, "performance", window);
      for (const [segment, performance] of measured) {
        savePerformance(store.sql, segment, performance);
        if (performance.labelled > 0)
          markDue(store.sql, "judge", seriesKey(performanceMonitor, segment), [window.endMs]);
      }
    });
  }
  return {
    windows: windows.map(({ endMs }) => endMs - windowMs),
    unfinished: due.length > windows.length,
  };
}

/** By segment key, "" for all rows. */
async function measureWindow(
  store: ModelStore,
  kernel: Kernel,
  logs: WindowLogs,
  windowStartMs: number,
  windowEndMs: number,
): Promise<Map<string, MeasuredWindow>> {
  const { model } = store.configured;
  const joined = await joinWindow(store, logs(windowStartMs, windowEndMs));
  return new Map(
    Array.from(joined, ([segment, { predictions, parts }]) => {
      const outcomes = joinOutcomes(model, parts);
      const labelled = outcomes.rows;
      return [
        segment,
        {
          ...{ windowStartMs, windowEndMs, predictions, labelled },
          coverage: predictions > 0 ? labelled / predictions : null,
          delay: labelDelay(outcomes),
          realised: labelled > 0 ? measureOutcomes(kernel, outcomes, model) : null,
        },
      ];
    }),
  );
}

interface JoinedSegment {
  /** Logged, labelled or not. */
  predictions: number;
  parts: Outcomes[];
}

/** Joins predictions and labels pane by pane, for all rows and for every segment that has some. */
async function joinWindow(
  { configured: { model } }: ModelStore,
  panes: AsyncIterable<PaneLogs>,
): Promise<Map<string, JoinedSegment>> {
  const joined = new Map<string, JoinedSegment>();
  const of = (segment: string): JoinedSegment => {
    const known = joined.get(segment) ?? { predictions: 0, parts: [] };
    joined.set(segment, known);
    return known;
  };
  const firstCode = segmentsAt(model);
  for await (const { predictions: log, labels } of panes) {
    const { inA, inB } = joinLogs(log, labels);
    of("").predictions += log.hi.length;
    of("").parts.push(outcomesOf(model, log, labels, { inPredictions: inA, inLabels: inB }));
    model.segments.forEach((cut, place) => {
      const codeAt = (entry: number): number => entryOf(log, entry)[firstCode + place];
      const keys = segmentKeys(cut);
      for (let entry = 0; entry < log.hi.length; entry++) of(keys[codeAt(entry)]).predictions++;
      const pairs = Map.groupBy(inA.keys(), (pair) => codeAt(inA[pair]));
      for (const [code, own] of pairs) {
        const inPredictions = own.map((pair) => inA[pair]);
        const inLabels = own.map((pair) => inB[pair]);
        of(keys[code]).parts.push(outcomesOf(model, log, labels, { inPredictions, inLabels }));
      }
    });
  }
  return joined;
}
