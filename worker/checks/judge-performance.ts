import { checkId } from "#core/domain/check.ts";
import { familyLevel, segmentOfPerformance } from "#core/domain/monitor.ts";
import type { Look, PerformanceCheck } from "#core/domain/performance-check.ts";
import { nextLook } from "#core/domain/performance-looks.ts";
import type { RealisedPerformance } from "#core/domain/performance.ts";
import type { Reference } from "#core/domain/reference.ts";
import type { Kernel } from "#core/kernel/api.ts";
import type { MeasuredWindow } from "#core/performance/beside-estimate.ts";
import { judgePerformance, measuredFor } from "#core/performance/judge.ts";
import { clearDue, type DueWindow, listDue, markDue } from "../objects/model/due.ts";
import { addIntent } from "../objects/model/intents.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { findPerformanceCheck, savePerformanceCheck } from "../objects/model/performance-checks.ts";
import { readPerformance } from "../objects/model/performance.ts";
import { referenceInForce } from "./evaluate-window.ts";

/**
 * Judges the performance of closed windows whose labels have reached their next look, oldest first. Each check is stored
 * together with the intent to tell of it, in one transaction.
 * @returns the checks made, whether some are left, and the end of the first window that waits to close; null for none
 */
export function judgeWindows(
  store: ModelStore,
  kernel: Kernel,
  nowMs: number,
): { checks: PerformanceCheck[]; unfinished: boolean; waitingMs: number | null } {
  const closedMs = store.closedUntilMs(nowMs);
  if (closedMs === null) return { checks: [], unfinished: false, waitingMs: null };
  const most = pace.judgementsPerAlarm;
  // Whole windows: one that begins before the horizon ends at it or before.
  const settledMs = store.joinableFromMs(nowMs);
  const due = [
    ...listDue(store.sql, "settle", settledMs, most + 1).map((window) => ({ window, settled: true })),
    ...listDue(store.sql, "judge", closedMs, most + 1).map((window) => ({ window, settled: false })),
  ];
  const checks: PerformanceCheck[] = [];
  for (const { window, settled } of due.slice(0, most)) {
    const check = store.transaction(() => {
      clearDue(store.sql, settled ? "settle" : "judge", window);
      return judgeWindow(store, kernel, window, settled || window.endMs <= settledMs);
    });
    if (check !== null) checks.push(check);
  }
  const [waiting] = listDue(store.sql, "judge", Number.MAX_SAFE_INTEGER, 1, { afterMs: closedMs });
  return { checks, unfinished: due.length > most, waitingMs: waiting?.endMs ?? null };
}

function judgeWindow(
  store: ModelStore,
  kernel: Kernel,
  window: DueWindow,
  settled: boolean,
): PerformanceCheck | null {
  const { sql, configured: state } = store;
  const segment = segmentOfPerformance(window.series);
  const startMs = window.endMs - state.model.windowMs;
  const measured = readPerformance(sql, { segment, startMs });
  const referenceId = referenceInForce(store, startMs, segment);
  if (measured === null || measured.realised === null || referenceId === null) return null;
  const reference = store.references.get(referenceId);
  if (reference.performance === null || !state.policy.performance.judged) return null;
  const newest = findPerformanceCheck(sql, window);
  const { looks } = state.policy.performance;
  const { labelled, predictions, realised } = measured;
  const look = nextLook(looks, { labelled, predictions, settled }, newest?.look ?? null);
  const reached = look ?? newest?.look;
  if (reached && reached.reached < reached.of) markDue(sql, "settle", window.series, [window.endMs]);
  if (!reached && !settled) markDue(sql, "settle", window.series, [window.endMs]);
  if (look === null) return null;
  const revision = (newest?.revision ?? 0) + 1;
  const check = judged(store, kernel, window, { ...measured, realised }, { reference, look, revision });
  if (newest !== null && isSame(newest, check)) return null;
  savePerformanceCheck(sql, check);
  addIntent(sql, window, revision);
  return check;
}

function judged(
  { configured: { model, policy, configVersion } }: ModelStore,
  kernel: Kernel,
  { series, endMs }: DueWindow,
  window: MeasuredWindow & { realised: RealisedPerformance },
  { reference, look, revision }: { reference: Reference; look: Look; revision: number },
): PerformanceCheck {
  const { windowStartMs, predictions, labelled } = window;
  const identity = {
    ...{ modelId: model.id, monitor: series, windowStartMs, windowEndMs: endMs, revision },
    ...{ configVersion, predictions, look },
  };
  try {
    return judgePerformance(kernel, {
      ...identity,
      ...{ reference, policy, windowMs: model.windowMs, level: familyLevel(model, policy, true) },
      ...measuredFor(reference, window),
    });
  } catch (error) {
    // A window that cannot be judged must never look calm: the check says so, and the log says why.
    console.error(`judging ${series} of ${model.id} from ${windowStartMs} failed`, error);
    return {
      ...identity,
      kind: "performance",
      id: checkId(model.id, series, endMs, revision),
      ...{ referenceId: reference.id, periodMs: model.windowMs, task: model.task, rows: labelled },
      ...{ complete: true, status: "error", errors: 1, worst: null },
      reason: "The window could not be judged; the server's log has the cause.",
      family: { size: 0, correction: "none", level: { warning: 0, drift: 0 } },
      metrics: [],
    };
  }
}

/** A revision exists only when something changed. */
function isSame(newest: PerformanceCheck, check: PerformanceCheck): boolean {
  const bare = ({ id: _id, revision: _revision, ...rest }: PerformanceCheck): string => JSON.stringify(rest);
  return bare(newest) === bare(check);
}
