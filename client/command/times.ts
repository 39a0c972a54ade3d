/** Times, stretches of time and speeds, as they are typed. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";
import { parseTimestamp } from "#core/formats/timestamp.ts";
import { CommandError } from "./command-error.ts";

const units: Record<string, number> = { d: DAY_MS, h: HOUR_MS, m: MINUTE_MS, s: SECOND_MS, ms: 1 };

/** `1d`, `90m`, `1h30m`, `500ms`; 0 needs no unit. Milliseconds. */
export function durationOf(option: string, text: string | null): number | null {
  if (text === null) return null;
  if (text === "0") return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|d|h|m|s)/g)];
  const whole = parts.map(([part]) => part).join("");
  if (whole === "" || whole !== text)
    throw new CommandError(`${option} is a stretch of time such as 10m, 1d or 1h30m, not "${text}".`);
  return Math.round(parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit], 0));
}

/** ISO 8601, in UTC where it has no offset, or epoch milliseconds. */
export function timeOf(option: string, text: string | null): number | null {
  if (text === null) return null;
  const time = parseTimestamp(/^-?\d+$/.test(text) && text.length > 8 ? Number(text) : text);
  if (Number.isNaN(time))
    throw new CommandError(`${option} is a time such as 2026-02-01 or 2026-02-01T10:00:00Z, not "${text}".`);
  return time;
}

/** Where time is sent on in a request, and shown: seconds where there is nothing below them. */
export const isoOf = (ms: number): string => new Date(ms).toISOString().replace(".000Z", "Z");

/** A length in the largest units that it is whole in: `1 day`, `90 minutes`. */
export function lengthInWords(ms: number): string {
  const [size, word] = (
    [
      [DAY_MS, "day"],
      [HOUR_MS, "hour"],
      [MINUTE_MS, "minute"],
      [SECOND_MS, "second"],
    ] as const
  ).find(([unit]) => ms % unit === 0 && ms >= unit) ?? [1, "millisecond"];
  return `${ms / size} ${word}${ms === size ? "" : "s"}`;
}
