/**
 * Periods of the calendar, in UTC: where the period that holds a moment begins, where the next one begins, and what it is
 * called. Hours and days are as long as each other; months, quarters and years are not. Weeks run from Monday to Sunday
 * (ISO 8601). Keys are those of pandas' periods, which NannyML prints.
 *
 * No time zones: a day here is a day in UTC, on every machine. Moments near and beyond the ends of what a JavaScript date
 * reaches (270,000 years from now) have no period.
 */
import { floorTo } from "../../domain/event-time.ts";
import { DAY_MS, HOUR_MS } from "../../domain/limits.ts";

export type CalendarPeriod = "hour" | "day" | "week" | "month" | "quarter" | "year";

export interface Period {
  key: string;
  startMs: number;
  /** Where the next one begins. */
  endMs: number;
}

/** 1970-01-01 was a Thursday: the first Monday came four days later. */
const firstMondayMs = 4 * DAY_MS;

const monthsOf: Partial<Record<CalendarPeriod, number>> = { month: 1, quarter: 3, year: 12 };

/** A year less than a JavaScript date reaches: both ends of every period can be written. */
const furthestMs = 8.64e15 - 366 * DAY_MS;

/** Whether a moment lies in a period at all: NaN and ±Infinity do not. */
export const hasPeriod = (timeMs: number): boolean => Math.abs(timeMs) <= furthestMs;

/** The calendar period that holds a moment that has one. */
export function calendarPeriod(timeMs: number, period: CalendarPeriod): Period {
  const months = monthsOf[period];
  if (months !== undefined) return periodOfMonths(timeMs, months);
  const size = period === "hour" ? HOUR_MS : period === "day" ? DAY_MS : 7 * DAY_MS;
  const shift = period === "week" ? firstMondayMs : 0;
  const startMs = floorTo(timeMs - shift, size) + shift;
  const endMs = startMs + size;
  const key =
    period === "hour"
      ? `${dateText(startMs)} ${twoDigits(new Date(startMs).getUTCHours())}:00`
      : period === "day"
        ? dateText(startMs)
        : `${dateText(startMs)}/${dateText(endMs - DAY_MS)}`;
  return { key, startMs, endMs };
}

/** A stretch of the grid of equal periods that starts at `originMs`, by default 1970-01-01T00:00Z. */
export function fixedPeriod(timeMs: number, periodMs: number, originMs = 0): Period {
  const startMs = floorTo(timeMs - originMs, periodMs) + originMs;
  const key = hasPeriod(startMs) ? new Date(startMs).toISOString() : String(startMs);
  return { key, startMs, endMs: startMs + periodMs };
}

function periodOfMonths(timeMs: number, months: number): Period {
  const date = new Date(timeMs);
  const year = date.getUTCFullYear();
  const part = Math.floor(date.getUTCMonth() / months);
  const startMs = firstOfMonth(year, part * months);
  const endMs = firstOfMonth(year, part * months + months);
  const name = yearText(year);
  const key = months === 12 ? name : months === 3 ? `${name}Q${part + 1}` : `${name}-${twoDigits(part + 1)}`;
  return { key, startMs, endMs };
}

/** `Date.UTC` would take the years 0 to 99 for 19xx. */
function firstOfMonth(year: number, month: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, 1);
  return date.getTime();
}

function dateText(timeMs: number): string {
  const date = new Date(timeMs);
  return `${yearText(date.getUTCFullYear())}-${twoDigits(date.getUTCMonth() + 1)}-${twoDigits(date.getUTCDate())}`;
}

const twoDigits = (value: number): string => String(value).padStart(2, "0");
const yearText = (year: number): string =>
  year < 0 ? `-${String(-year).padStart(4, "0")}` : String(year).padStart(4, "0");
