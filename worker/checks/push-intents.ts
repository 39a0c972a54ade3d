import { findCheck, type CheckWithHistory } from "../objects/model/checks.ts";
import { delayIntent, finishIntent, firstIntent } from "../objects/model/intents.ts";
import { pace, retryDelayMs } from "../objects/model/pace.ts";

/** Whom a check is told to; both take the same check twice without harm. */
export interface CheckReceivers {
  /** The summary in D1. */
  save(check: CheckWithHistory): Promise<void>;
  /** The organisation's incidents. */
  decide(check: CheckWithHistory): Promise<void>;
}

/**
 * Tells of checks in order. What fails stays where it is and is tried again later, and what follows waits with it:
 * incidents count windows in a row.
 * @returns whether some can be pushed right away
 */
export async function pushIntents(
  sql: SqlStorage,
  receivers: CheckReceivers,
  nowMs: number,
): Promise<boolean> {
  for (let pushed = 0; pushed < pace.intentsPerAlarm; pushed++) {
    const intent = firstIntent(sql);
    if (intent === null || intent.nextAttemptMs > nowMs) return false;
    const stored = findCheck(sql, intent, intent.revision);
    // A check past its retention has nothing left to tell.
    if (stored !== null) {
      try {
        await receivers.save(stored.summary);
        await receivers.decide(stored.summary);
      } catch (error) {
        console.error(`telling of ${stored.summary.id} failed (attempt ${intent.attempts + 1})`, error);
        delayIntent(sql, intent.sequence, nowMs + retryDelayMs(intent.attempts));
        return false;
      }
    }
    finishIntent(sql, intent.sequence);
  }
  return firstIntent(sql) !== null;
}
