import type { Receipt } from "#core/domain/api.ts";
import { defaultMonitor } from "#core/domain/monitor.ts";
import { isAnyDue } from "./due.ts";
import { hasOldLabels } from "./forget-labels.ts";
import { isFullWaiting } from "./fold.ts";
import { gatherMs, gathersOn } from "./gathering.ts";
import { firstIntent } from "./intents.ts";
import { hasSought } from "./waiting-labels.ts";
import type { ModelStore } from "./model-store.ts";
import { nextAlarmMs } from "./pace.ts";
import type { BatchInput } from "./take-batch.ts";

/** Whether an alarm would find something to do, though nothing was taken since the last one. */
export const isWorkLeft = (store: ModelStore, nowMs: number): boolean =>
  hasSought(store.sql) || isAnyDue(store.sql, store.closedUntilMs(nowMs)) || hasOldLabels(store, nowMs);

/** What the model's object knows beside its store. */
export interface Standing {
  nowMs: number;
  unfinished: boolean;
  /** What has just come, if anything: else the alarm for it is set. */
  came?: Came;
  /** Taken from shards since the alarm rang. */
  contributions: number;
  /** End of the first open window that is estimated or judged when it has closed. */
  waitingMs: number | null;
  failures: number;
}

/** Of a batch: whether it brought labels, or rows of windows that have closed. */
export interface Came {
  labels: boolean;
  late: boolean;
}

export const cameWith = ({ kind }: Pick<BatchInput, "kind">, { late }: Receipt): Came => ({
  labels: kind === "labels",
  late: late > 0,
});

/** When the alarm is to ring next; null when nothing is due before something arrives. */
export function nextWakeMs(store: ModelStore, standing: Standing): number | null {
  const { nowMs, unfinished, waitingMs, failures } = standing;
  const { nextEnds, model } = store.configured;
  const { clock, latenessMs } = model;
  const ends = [...nextEnds.values(), ...(waitingMs === null ? [] : [waitingMs])];
  return nextAlarmMs({
    ...{ nowMs, unfinished, failures },
    gatherMs: gatherMsOf(store, standing),
    // A batch makes none: the alarm for them was set when they were made.
    intentMs: standing.came ? null : (firstIntent(store.sql)?.nextAttemptMs ?? null),
    nextCloseMs: clock === "replay" || ends.length === 0 ? null : Math.min(...ends) + latenessMs,
  });
}

/** Whether a round leaves what waits behind a full generation for a later one. */
export function leavesOpen(store: ModelStore, nowMs: number): boolean {
  if (!isFullWaiting(store)) return false;
  const { model, watched } = store.configured;
  const pressing = store.refused.size > 0 || isWindowWaiting(store, nowMs);
  return gathersOn({ clock: model.clock, watched, pressing }, { foldedAllMs: store.foldedAllMs, nowMs });
}

function gatherMsOf(store: ModelStore, { nowMs, came, contributions }: Standing): number | null {
  const { backlog, refused, configured } = store;
  if (backlog.all.batches + refused.size + contributions === 0) return null;
  const { clock, windowMs } = configured.model;
  return gatherMs({
    ...{ clock, windowMs, backlog: backlog.all, watched: configured.watched, sharded: false },
    ...(came ?? { labels: false, late: false }),
    pressing: refused.size + contributions > 0 || isWindowWaiting(store, nowMs),
  });
}

/** Whether a window that has ended is to close, or none is known of a monitor: its first is known with the first fold. */
function isWindowWaiting(store: ModelStore, nowMs: number): boolean {
  const { nextEnds, policy } = store.configured;
  const ofAllRows = (policy.monitors ?? [defaultMonitor]).filter(({ segment }) => segment === undefined);
  if (nextEnds.size === 0 || ofAllRows.some(({ id }) => !nextEnds.has(id))) return true;
  const closedMs = store.closedUntilMs(nowMs);
  return closedMs !== null && Math.min(...nextEnds.values()) <= closedMs;
}
