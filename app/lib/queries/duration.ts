/** Stretches of time in the unit that fits: "40 s", "5 min", "3.5 h", "2 days". */
import { formatNumber } from "#core/report/format.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "#core/domain/limits.ts";

export interface DurationUnit {
  name: string;
  ms: number;
}

export function durationUnit(ms: number): DurationUnit {
  if (ms < MINUTE_MS) return { name: "s", ms: SECOND_MS };
  if (ms < HOUR_MS) return { name: "min", ms: MINUTE_MS };
  return ms < 2 * DAY_MS ? { name: "h", ms: HOUR_MS } : { name: "days", ms: DAY_MS };
}

export function formatDuration(ms: number): string {
  const unit = durationUnit(ms);
  return `${formatNumber(ms / unit.ms)} ${unit.name}`;
}
