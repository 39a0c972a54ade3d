import type { CheckSummary } from "#core/domain/api.ts";
import { limits } from "#core/domain/limits.ts";
import { type Series, seriesOf } from "#core/domain/monitor.ts";
import { nextEndMs } from "#core/domain/monitor-windows.ts";
import type { ToldWindow } from "#core/domain/quality-evidence.ts";
import { writeCounts } from "#core/domain/wire.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { findCheck, saveCheck, saveCompared, type StoredCheck } from "../objects/model/checks.ts";
import { clearDue, listDue, markDue, saveNextEnd } from "../objects/model/due.ts";
import { addIntent } from "../objects/model/intents.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { pace } from "../objects/model/pace.ts";
import { toldOf } from "./quality-evidence.ts";
import { evaluateWindow, type EvaluatedWindow } from "./evaluate-window.ts";
import { withHistory } from "./summary.ts";

/**
 * Checks the windows that have closed and those that late rows changed, oldest first. Each check is stored together
 * with the intent to tell of it, in one transaction.
 * @param closedMs windows that end until then are closed
 * @returns the checks made, and whether some are left
 */
export function closeWindows(
  store: ModelStore,
  kernel: Kernel,
  { closedMs, nowMs }: { closedMs: number; nowMs: number },
): { checks: CheckSummary[]; unfinished: boolean } {
  const { model, policy } = store.configured;
  const series = new Map(seriesOf(model, policy).map((one) => [one.key, one]));
  const reached = store.transaction(() =>
    [...series.values()].map((one) => markQuietWindows(store, one, closedMs)).every(Boolean),
  );
  // One more than will be done tells whether some are left.
  const due = listDue(store.sql, "check", closedMs, pace.windowsPerAlarm + 1);
  const checks: CheckSummary[] = [];
  for (const window of due.slice(0, pace.windowsPerAlarm)) {
    const check = store.transaction(() => {
      clearDue(store.sql, "check", window);
      // A monitor that is no more leaves its windows as they are.
      const one = series.get(window.series);
      return one === undefined ? null : checkWindow(store, kernel, one, window.endMs, nowMs);
    });
    if (check !== null) checks.push(check);
  }
  return { checks, unfinished: !reached || due.length > pace.windowsPerAlarm };
}

/** Whether there is one to check. */
export function canClose({ sql, configured }: ModelStore, closedMs: number): boolean {
  return (
    [...configured.nextEnds.values()].some((endMs) => endMs <= closedMs) ||
    listDue(sql, "check", closedMs, 1).length > 0
  );
}

/** Windows in which nothing came are checked too: silence is `insufficient`, never `ok`. */
function markQuietWindows(store: ModelStore, { key, monitor }: Series, closedMs: number): boolean {
  const { configured: state, sql } = store;
  const firstMs = state.nextEnds.get(key);
  if (firstMs === undefined) return true;
  const after = (endMs: number): number => nextEndMs(monitor.window, state.model, endMs);
  const ends: number[] = [];
  // A clock that leaps (one row of the year 9999) must not cost a check for every day until then.
  const stepMs = after(firstMs) - firstMs;
  const earliestMs = closedMs - limits.historyChecks * stepMs;
  let endMs = firstMs >= earliestMs ? firstMs : after(earliestMs);
  for (; endMs <= closedMs && ends.length < pace.windowsPerAlarm; endMs = after(endMs)) ends.push(endMs);
  if (ends.length > 0) {
    markDue(sql, "check", key, ends);
    saveNextEnd(sql, key, endMs);
    state.nextEnds.set(key, endMs);
  }
  return endMs > closedMs;
}

function checkWindow(
  store: ModelStore,
  kernel: Kernel,
  series: Series,
  windowEndMs: number,
  nowMs: number,
): CheckSummary | null {
  const { sql } = store;
  const window = { series: series.key, endMs: windowEndMs };
  const newest = findCheck(sql, window);
  const revision = (newest?.summary.revision ?? 0) + 1;
  const evaluated = evaluateWindow(store, kernel, series, windowEndMs, { revision, complete: true, nowMs });
  if (evaluated === null) return null;
  const counts = evaluated.counts === null ? new Uint8Array() : writeCounts(evaluated.counts);
  const told = toldOf(evaluated.evidence);
  if (newest !== null && isSame(newest, evaluated, { counts, told })) return null;
  const summary = withHistory(evaluated.check);
  saveCheck(sql, evaluated.check, { summary, counts, told }, evaluated.evidence);
  if (evaluated.chunks !== null) saveCompared(sql, evaluated.check.id, evaluated.chunks);
  addIntent(sql, window, revision);
  return summary;
}

/** A revision exists only when counts, what is known of the rows, configuration or reference changed. */
function isSame(
  { summary, counts: stored, told: before }: StoredCheck,
  { check }: EvaluatedWindow,
  { counts, told }: { counts: Uint8Array; told: ToldWindow },
): boolean {
  return (
    summary.referenceId === check.referenceId &&
    summary.configVersion === check.configVersion &&
    JSON.stringify(before) === JSON.stringify(told) &&
    stored.length === counts.length &&
    stored.every((byte, index) => byte === counts[index])
  );
}
