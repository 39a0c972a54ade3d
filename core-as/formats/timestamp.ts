/** Timestamps of rows: ISO 8601 (UTC where no offset is given) or epoch milliseconds. NaN when it is neither. */
const iso =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s?(Z|[+-]\d{2}:?\d{2})?$/i;
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
/** The range of a JavaScript date. */
const furthestMs = 8.64e15;

export function parseTimestamp(value: unknown): number {
  if (typeof value === "number") return Math.abs(value) <= furthestMs ? value : NaN;
  if (typeof value !== "string") return NaN;
  const match = iso.exec(value);
  if (!match) return NaN;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth[month - 1] + (leap ? 1 : 0)) return NaN;
  if (hour > 23 || minute > 59 || second > 59) return NaN;
  const fraction = match[7] ? Math.floor(Number(match[7].slice(0, 3).padEnd(3, "0"))) : 0;
  // Years below 100 are taken literally, not as 19xx.
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, fraction);
  return date.getTime() - offsetMs(match[8]);
}

function offsetMs(zone: string | undefined): number {
  if (zone === undefined || zone.toUpperCase() === "Z") return 0;
  const minutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return (zone.startsWith("-") ? -1 : 1) * minutes * 60_000;
}
