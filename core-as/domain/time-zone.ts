/**
 * Where days, weeks and months begin in a time zone. Only whoever makes windows asks: a check holds the bounds it had, so a
 * newer time zone database elsewhere changes nothing that was decided.
 */
import { DAY_MS, HOUR_MS } from "./limits.ts";

export type LocalPeriod = "day" | "week" | "month";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      ...{ timeZone, hourCycle: "h23", era: "short" },
      ...{
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "numeric",
        second: "numeric",
      },
    });
    formats.set(timeZone, format);
  }
  return format;
}

/** What clocks there show at a moment, as if it were UTC, in epoch milliseconds. */
function wallMs(timeMs: number, timeZone: string): number {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(timeMs)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes): number => Number(parts.get(name));
  const year = parts.get("era") === "BC" ? 1 - part("year") : part("year");
  const date = new Date(
    Date.UTC(2000, part("month") - 1, part("day"), part("hour"), part("minute"), part("second")),
  );
  date.setUTCFullYear(year, part("month") - 1, part("day"));
  return date.getTime();
}

/** Moments found before: windows ask for the same few again and again, and each costs a hundred looks at a clock. */
const moments = new Map<string, number>();
const momentsHeld = 4096;

function momentOf(localMs: number, timeZone: string): number {
  const key = `${timeZone} ${localMs}`;
  let found = moments.get(key);
  if (found === undefined) {
    if (moments.size >= momentsHeld) moments.clear();
    moments.set(key, (found = findMoment(localMs, timeZone)));
  }
  return found;
}

/** The first moment at which clocks there show at least this: where an hour is skipped, the moment after it. */
function findMoment(localMs: number, timeZone: string): number {
  // Offsets lie between -12 and +14 hours: the moment is within a day of either side.
  let at = localMs - DAY_MS;
  while (wallMs(at, timeZone) < localMs) at += HOUR_MS / 4;
  return at;
}

/** Start of the period that holds what the clock shows, as what the clock showed then. */
function floorLocal(localMs: number, period: LocalPeriod, periodsLater = 0): number {
  const date = new Date(localMs);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (period === "month") return utc(year, month + periodsLater, 1);
  if (period === "day") return utc(year, month, day + periodsLater);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return utc(year, month, day - sinceMonday + 7 * periodsLater);
}

function utc(year: number, month: number, day: number): number {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date.getTime();
}

/** The first start of a period after a moment. */
export function nextLocal(afterMs: number, period: LocalPeriod, timeZone: string): number {
  const local = wallMs(afterMs, timeZone);
  const next = momentOf(floorLocal(local, period, 1), timeZone);
  // Where clocks are set back over midnight the same date begins twice; its first beginning counts.
  return next > afterMs ? next : momentOf(floorLocal(local, period, 2), timeZone);
}

/** The last start of a period before a moment. */
export function previousLocal(beforeMs: number, period: LocalPeriod, timeZone: string): number {
  const local = wallMs(beforeMs - 1, timeZone);
  const start = momentOf(floorLocal(local, period), timeZone);
  return start < beforeMs ? start : momentOf(floorLocal(local, period, -1), timeZone);
}

/** Zones by whether they are always on the hour. */
const onHours = new Map<string, boolean>();

/** Winters and summers that rows may be of. (Singapore came on the hour in 1982.) */
const looked = Array.from({ length: 2 * 65 }, (_, index) => Date.UTC(1985 + (index >> 1), 6 * (index & 1)));

/**
 * Whether clocks there differ from UTC by whole hours all the time, so that panes of hours rebuild its days. Caracas did not
 * between 2007 and 2016, Lord Howe does in summer only.
 */
export function isOnHours(timeZone: string): boolean {
  let found = onHours.get(timeZone);
  if (found === undefined) {
    found = looked.every((timeMs) => (wallMs(timeMs, timeZone) - timeMs) % HOUR_MS === 0);
    onHours.set(timeZone, found);
  }
  return found;
}
