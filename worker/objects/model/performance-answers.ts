import type { Performance } from "#core/domain/api.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { classesOf } from "#core/domain/model.ts";
import { performanceMonitor, seriesKey } from "#core/domain/monitor.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import type { ModelStore } from "./model-store.ts";
import { listPerformanceChecks } from "./performance-checks.ts";
import { listPerformance } from "./performance.ts";

/** Windows that begin in [from, to), of all rows or of a segment. */
export interface AskedPerformance {
  segment?: string;
  fromMs: number;
  toMs: number;
}

/** Numbers in one reply: about 16 MB. */
const historyNumbers = 600_000;

/** Performance of all rows or of a segment, with the reference's own where it came with labels. */
export function performanceOf(
  store: ModelStore,
  { segment = "", fromMs, toMs }: AskedPerformance,
): Performance {
  const { model, activations, newestMs } = store.configured;
  const whole = referenceAt(activations, newestMs ?? Number.MAX_SAFE_INTEGER);
  const own = whole === null || segment === "" ? whole : store.references.get(whole).segments[segment];
  // Matrices and classes of very many windows would not pass RPC.
  const size = classesOf(model).length;
  const most = Math.min(limits.historyChecks, Math.ceil(historyNumbers / (200 + size * (size + 30))));
  const checks = new Map(
    performanceChecksOf(store, { segment, fromMs, toMs }).map((check) => [check.windowEndMs, check]),
  );
  const measured = own == null ? null : store.references.get(own).performance;
  return {
    task: model.task,
    classes: classesOf(model),
    reference: own == null || measured === null ? null : { referenceId: own, ...measured },
    windows: listPerformance(store.sql, { segment, fromMs, toMs }, most).map((window) => ({
      ...window,
      check: checks.get(window.windowEndMs) ?? null,
    })),
  };
}

/** Newest verdicts on the performance of all rows or of a segment. */
export function performanceChecksOf(
  store: ModelStore,
  { segment = "", fromMs, toMs }: AskedPerformance,
): PerformanceCheck[] {
  const series = seriesKey(performanceMonitor, segment);
  return listPerformanceChecks(store.sql, { series, fromMs, toMs }, limits.historyChecks);
}
