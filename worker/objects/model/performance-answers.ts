import type { Performance } from "#core/domain/api.ts";
import { referenceAt } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { classesOf } from "#core/domain/model.ts";
import { performanceMonitor, seriesKey } from "#core/domain/monitor.ts";
import type { PerformanceCheck } from "#core/domain/performance-check.ts";
import { besideEstimates } from "#core/performance/beside-estimate.ts";
import { listEstimates } from "./estimates.ts";
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

/** Performance of all rows or of a segment, realised and estimated, with the reference's own where it came with labels. */
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
  const known = own == null ? null : store.references.get(own).performance;
  const asked = { segment, fromMs, toMs };
  const windows = besideEstimates(
    listPerformance(store.sql, asked, most),
    listEstimates(store.sql, asked, most),
    model.windowMs,
  );
  return {
    task: model.task,
    classes: classesOf(model),
    reference: own == null || known === null ? null : { referenceId: own, ...known },
    windows: windows.slice(-most).map((window) => ({
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
