/**
 * The demo's dates. Event time is the local time of departure written as if it were UTC, because that is what the data
 * holds and what a person at the airport means by "Monday morning"; days and weeks are cut on it.
 */
import { DAY_MS, HOUR_MS, MINUTE_MS } from "#core/domain/limits.ts";

/** Minute 0 of every `minute` column: Monday, 1 January 2001. */
export const epochMs = Date.UTC(2001, 0, 1);
export const MINUTES_PER_DAY = DAY_MS / MINUTE_MS;
export const MINUTES_PER_HOUR = HOUR_MS / MINUTE_MS;

/** Whole weeks, Monday to Sunday: the folds of the cross-fitting. */
export const referenceWeeks = 4;
export const referenceMinutes = referenceWeeks * 7 * MINUTES_PER_DAY;
/** First event time of the replay, 29 January, and its end, the first minute of 1 July. */
export const replayFromMs = epochMs + referenceMinutes * MINUTE_MS;
export const replayToMs = Date.UTC(2001, 6, 1);
export const replayToMinute = (replayToMs - epochMs) / MINUTE_MS;

export const minuteToMs = (minute: number): number => epochMs + minute * MINUTE_MS;

/** Minutes since `epochMs` of a date such as "2001-04-24". */
export function minuteOf(date: string): number {
  return (Date.parse(`${date}T00:00:00Z`) - epochMs) / MINUTE_MS;
}
