import { familyLevel, segmentOfPerformance } from "#core/domain/monitor.ts";
import type { EstimatedVerdict } from "#core/domain/performance.ts";
import type { Reference } from "#core/domain/reference.ts";
import { noReference } from "#core/domain/wire.ts";
import { type EstimatedWindow, estimateWindow } from "#core/estimation.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { Foretold } from "#core/performance/beside-estimate.ts";
import { judgeEstimate } from "#core/performance/judge-estimate.ts";
import { clearDue, type DueWindow, listDue } from "../objects/model/due.ts";
import { saveEstimate } from "../objects/model/estimates.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { mergePanes, referenceCounted } from "../objects/model/panes.ts";

/**
 * Estimates the performance of the model's windows that have closed, and of those that late rows changed, oldest first: from
 * their counts, before any label is there. Such windows are measured as well, so that one without labels shows as that.
 * @param closedMs windows that end until then are closed
 * @returns how many, and whether some are left
 */
export function estimateWindows(
  store: ModelStore,
  kernel: Kernel,
  closedMs: number,
): { windows: number; unfinished: boolean } {
  const due = listDue(store.sql, "estimate", closedMs, pace.windowsPerAlarm + 1);
  const windows = due.slice(0, pace.windowsPerAlarm);
  for (const window of windows)
    store.transaction(() => {
      clearDue(store.sql, "estimate", window);
      const estimated = estimateOf(store, kernel, window);
      if (estimated === null) return;
      const segment = segmentOfPerformance(window.series);
      saveEstimate(store.sql, segment, window.endMs - store.configured.model.windowMs, estimated);
      if (segment === "") store.markChanged([window.endMs]);
    });
  return { windows: windows.length, unfinished: due.length > windows.length };
}

/** Whether there is one to estimate. */
export const canEstimate = ({ sql }: ModelStore, closedMs: number): boolean =>
  listDue(sql, "estimate", closedMs, 1).length > 0;

/** The end of the first window that waits to close; null for none. */
export function firstToEstimateMs(store: ModelStore, nowMs: number): number | null {
  const afterMs = store.closedUntilMs(nowMs) ?? undefined;
  return listDue(store.sql, "estimate", Number.MAX_SAFE_INTEGER, 1, { afterMs })[0]?.endMs ?? null;
}

/** Null where the window's rows were counted under nothing to estimate from. */
function estimateOf(store: ModelStore, kernel: Kernel, { series, endMs }: DueWindow): Foretold | null {
  const windowStartMs = endMs - store.configured.model.windowMs;
  const segment = segmentOfPerformance(series);
  const referenceId = referenceCounted(store.sql, windowStartMs, endMs, segment);
  if (referenceId === null || referenceId === noReference) return null;
  const reference = store.references.get(referenceId);
  const slots = store.references.slotsOf(referenceId);
  const { counts } = mergePanes(store.sql, windowStartMs, endMs, { referenceId, segment }, slots);
  const estimated = estimateWindow(kernel, reference, counts);
  if (estimated === null) return null;
  return {
    referenceId,
    ...estimated,
    verdict: verdictOn(store, kernel, reference, windowStartMs, estimated),
  };
}

function verdictOn(
  { configured: { model, policy } }: ModelStore,
  kernel: Kernel,
  reference: Reference,
  windowStartMs: number,
  estimated: EstimatedWindow,
): EstimatedVerdict {
  const { task, windowMs } = model;
  const level = familyLevel(model, policy, reference.performance !== null);
  try {
    return judgeEstimate(kernel, {
      ...{ reference, policy, task, windowStartMs, windowMs, estimated, level },
    });
  } catch (error) {
    // An estimate that cannot be judged must not look calm, nor keep later ones from being made.
    console.error(`judging the estimate of ${model.id} from ${windowStartMs} failed`, error);
    return {
      ...{ status: "error", errors: 1, worst: null },
      reason: "The estimate could not be judged; the server's log has the cause.",
      family: { size: 0, correction: "none", level },
      metrics: [],
    };
  }
}
