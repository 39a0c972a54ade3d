import { isAnyDue } from "./due.ts";
import { hasOldLabels } from "./forget-labels.ts";
import { firstIntent } from "./intents.ts";
import { hasSought } from "./logs.ts";
import type { ModelStore } from "./model-store.ts";
import { nextAlarmMs } from "./pace.ts";

/** Whether an alarm would find something to do, though nothing was taken since the last one. */
export const isWorkLeft = (store: ModelStore, nowMs: number): boolean =>
  hasSought(store.sql) || isAnyDue(store.sql, store.closedUntilMs(nowMs)) || hasOldLabels(store, nowMs);

/** What the model's object knows beside its store. */
export interface Standing {
  nowMs: number;
  unfinished: boolean;
  /** Taken from shards since the alarm rang. */
  contributions: number;
  /** End of the first open window that is estimated or judged when it has closed. */
  waitingMs: number | null;
  failures: number;
}

/** When the alarm is to ring next; null when nothing is due before something arrives. */
export function nextWakeMs(store: ModelStore, standing: Standing): number | null {
  const { nowMs, unfinished, contributions, waitingMs, failures } = standing;
  const { nextEnds, model } = store.configured;
  const { clock, latenessMs } = model;
  const ends = [...nextEnds.values(), ...(waitingMs === null ? [] : [waitingMs])];
  return nextAlarmMs({
    ...{ nowMs, clock, unfinished, failures },
    unfolded: store.backlog.all.batches + store.refused.size + contributions,
    intentMs: firstIntent(store.sql)?.nextAttemptMs ?? null,
    nextCloseMs: clock === "replay" || ends.length === 0 ? null : Math.min(...ends) + latenessMs,
  });
}
