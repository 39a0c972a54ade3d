import type { ToldCheck } from "#core/domain/api.ts";
import { isPerformanceSeries } from "#core/domain/monitor.ts";
import { findCheck } from "../objects/model/checks.ts";
import { delayIntent, finishIntent, firstIntent } from "../objects/model/intents.ts";
import { findPerformanceCheck } from "../objects/model/performance-checks.ts";
import { pace, retryDelayMs } from "../objects/model/pace.ts";

/** Whom a check is told to; both take the same check twice without harm. */
export interface CheckReceivers {
  /** The summary in D1. */
  save(check: ToldCheck): Promise<void>;
  /** The organisation's incidents. */
  decide(check: ToldCheck): Promise<void>;
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
    const check = isPerformanceSeries(intent.series)
      ? findPerformanceCheck(sql, intent, intent.revision)
      : (findCheck(sql, intent, intent.revision)?.summary ?? null);
    // A check past its retention has nothing left to tell.
    if (check !== null) {
      try {
        await receivers.save(check);
        await receivers.decide(check);
      } catch (error) {
        console.error(`telling of ${check.id} failed (attempt ${intent.attempts + 1})`, error);
        delayIntent(sql, intent.sequence, nowMs + retryDelayMs(intent.attempts));
        return false;
      }
    }
    finishIntent(sql, intent.sequence);
  }
  return firstIntent(sql) !== null;
}
