/** Numbers and times in words; times are UTC and say so. */
import type { Status } from "../domain/check.ts";

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 });

export const formatCount = (value: number): string => integer.format(value);
export const formatCompact = (value: number): string =>
  value < 10_000 ? integer.format(value) : compact.format(value);

/** Three significant digits, without trailing noise; "–" where there is no number. */
export function formatNumber(value: number | null | undefined, digits = 3): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e7))
    return value.toExponential(1).replace("e-", "e−");
  return String(Number(value.toPrecision(digits))).replace("-", "−");
}

/** Three decimals, for columns of numbers in [0, 1] that are compared. */
export const formatFixed = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : value.toFixed(3).replace("-", "−");

/** p-values: tiny ones as a bound, because their last digits mean nothing. */
export function formatP(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  return value < 1e-6 ? "< 1e−6" : formatNumber(value, 2);
}

export function formatPercent(share: number | null | undefined, digits = 1): string {
  if (share === null || share === undefined || Number.isNaN(share)) return "–";
  if (share > 0 && share < 0.001) return "< 0.1 %";
  return `${(100 * share).toFixed(share === 0 || share === 1 ? 0 : digits)} %`;
}

/** Sizes of files, in units of 1000 bytes as file managers show them. */
export function formatBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

const dayFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  year: "numeric",
  timeZone: "UTC",
});
const shortDay = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

export const formatDay = (ms: number): string => dayFormat.format(ms);
export const formatShortDay = (ms: number): string => shortDay.format(ms);
const isoMinute = (ms: number): string => new Date(ms).toISOString().slice(11, 16);
export const formatTime = (ms: number): string => `${dayFormat.format(ms)}, ${isoMinute(ms)} UTC`;

/** A window by its event time: one day is a day, everything else is from–to. */
export function formatWindow(startMs: number, endMs: number): string {
  const wholeDay = endMs - startMs === 86_400_000 && startMs % 86_400_000 === 0;
  return wholeDay ? formatDay(startMs) : `${formatTime(startMs)} – ${formatTime(endMs)}`;
}

/** A window's label on an axis: the day, and where windows are not days, the time it starts. */
export function formatWindowShort(startMs: number, endMs: number): string {
  const wholeDays = startMs % 86_400_000 === 0 && endMs % 86_400_000 === 0;
  return wholeDays ? formatShortDay(startMs) : `${formatShortDay(startMs)} ${isoMinute(startMs)}`;
}

export const statusWords: Record<Status, string> = {
  ok: "ok",
  warning: "warning",
  drift: "drift",
  insufficient: "insufficient",
  error: "error",
};

/** A shape for each status: colour is never the only sign. */
export const statusShapes: Record<Status, string> = {
  ok: "●",
  warning: "▲",
  drift: "◆",
  insufficient: "○",
  error: "✕",
};

/** From a start to an end that is not part of it; still going on without one. One day is one date. */
export function formatSpan(startMs: number, endMs: number | null): string {
  if (endMs === null) return `${formatDay(startMs)} – now`;
  const [first, last] = [formatDay(startMs), formatDay(endMs - 1)];
  return first === last ? first : `${first} – ${last}`;
}
