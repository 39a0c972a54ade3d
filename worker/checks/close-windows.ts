import type { CheckSummary } from "#core/domain/api.ts";
import { floorTo } from "#core/domain/event-time.ts";
import { limits } from "#core/domain/limits.ts";
import { writeCounts } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { findCheck, saveCheck, type StoredCheck } from "../objects/model/checks.ts";
import { addIntent } from "../objects/model/intents.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { clearMark, listMarked, markWindows, saveNextClose } from "../objects/model/windows.ts";
import { evaluateWindow, type EvaluatedWindow } from "./evaluate-window.ts";
import { withHistory } from "./summary.ts";

/**
 * Checks the windows that have closed and those that late rows changed, oldest first. Each check is stored together
 * with the intent to tell of it, in one transaction.
 * @returns the checks made, and whether some are left
 */
export function closeWindows(
  store: ModelStore,
  kernel: Kernel,
  nowMs: number,
): { checks: CheckSummary[]; unfinished: boolean } {
  const { model } = store.configured;
  const closedMs = store.closedUntilMs(nowMs);
  if (closedMs === null) return { checks: [], unfinished: false };
  const reached = store.transaction(() => markQuietWindows(store, closedMs));
  const lastStartMs = closedMs - model.windowMs;
  // One more than will be done tells whether some are left.
  const due = listMarked(store.sql, "changed", lastStartMs + 1, pace.windowsPerAlarm + 1);
  const checks: CheckSummary[] = [];
  for (const startMs of due.slice(0, pace.windowsPerAlarm)) {
    const check = store.transaction(() => checkWindow(store, kernel, startMs));
    if (check !== null) checks.push(check);
  }
  return { checks, unfinished: !reached || due.length > pace.windowsPerAlarm };
}

/** Windows in which nothing came are checked too: silence is `insufficient`, never `ok`. */
function markQuietWindows(store: ModelStore, closedMs: number): boolean {
  const { configured: state, sql } = store;
  if (state.nextCloseMs === null) return true;
  const { windowMs } = state.model;
  const starts: number[] = [];
  // A clock that leaps (one row of the year 9999) must not cost a check for every day until then.
  const earliestMs = floorTo(closedMs, windowMs) - limits.historyChecks * windowMs;
  let nextMs = Math.max(state.nextCloseMs, earliestMs);
  for (; nextMs + windowMs <= closedMs && starts.length < pace.windowsPerAlarm; nextMs += windowMs)
    starts.push(nextMs);
  if (starts.length > 0) {
    markWindows(sql, "changed", starts);
    saveNextClose(sql, nextMs);
    state.nextCloseMs = nextMs;
  }
  return nextMs + windowMs > closedMs;
}

function checkWindow(store: ModelStore, kernel: Kernel, startMs: number): CheckSummary | null {
  const { sql } = store;
  clearMark(sql, "changed", startMs);
  const newest = findCheck(sql, startMs);
  const revision = (newest?.summary.revision ?? 0) + 1;
  const evaluated = evaluateWindow(store, kernel, startMs, revision, true);
  if (evaluated === null) return null;
  const counts = writeCounts(evaluated.counts);
  if (newest !== null && isSame(newest, evaluated, counts)) return null;
  const summary = withHistory(evaluated.check);
  saveCheck(sql, evaluated.check, summary, counts);
  addIntent(sql, startMs, revision);
  return summary;
}

/** A revision exists only when counts, configuration or reference changed. */
function isSame(
  { summary, counts: stored }: StoredCheck,
  { check }: EvaluatedWindow,
  counts: Uint8Array,
): boolean {
  return (
    summary.referenceId === check.referenceId &&
    summary.configVersion === check.configVersion &&
    stored.length === counts.length &&
    stored.every((byte, index) => byte === counts[index])
  );
}
