/**
 * Windows of a monitor that rows of another are compared with: the same part of the day, a step apart, without overlap; after
 * a season of steps it is the same part of the week too. Pure.
 */
import { DAY_MS } from "./limits.ts";
import type { ModelConfig } from "./model.ts";
import type { WindowRule } from "./monitor.ts";
import { startOfWindowMs } from "./monitor-windows.ts";

type Timed = Pick<ModelConfig, "windowMs" | "basePaneMs">;

export interface ComparableWindows {
  /** Steps after which windows are alike. */
  season: number;
  /** Newest first. */
  windows: { back: number; startMs: number; endMs: number }[];
}

const WEEK_MS = 7 * DAY_MS;
/** Eight weeks of days; of longer steps as many as give a spread. */
const seasons = 8;
const leastSteps = 30;

/** Null for windows of so many rows, which always have as many. */
export function comparableWindows(
  rule: WindowRule,
  model: Timed,
  windowEndMs: number,
): ComparableWindows | null {
  if (rule.kind === "last-rows") return null;
  if (rule.kind === "calendar") {
    const season = rule.period === "day" ? 7 : 1;
    let endMs = windowEndMs;
    const windows = Array.from({ length: stepsOf(season) }, (_, at) => {
      endMs = startOfWindowMs(rule, model, endMs);
      return { back: at + 1, startMs: startOfWindowMs(rule, model, endMs), endMs };
    });
    return { season, windows };
  }
  const sizeMs = rule.sizeMs ?? model.windowMs;
  const gridMs = leastCommonMultiple(rule.kind === "sliding" ? rule.stepMs : sizeMs, DAY_MS);
  const stepMs = Math.ceil(sizeMs / gridMs) * gridMs;
  // Four weeks hold every weekday as often, near enough.
  const season = stepMs >= 4 * WEEK_MS ? 1 : leastCommonMultiple(stepMs, WEEK_MS) / stepMs;
  const windows = Array.from({ length: stepsOf(season) }, (_, at) => {
    const endMs = windowEndMs - (at + 1) * stepMs;
    return { back: at + 1, startMs: endMs - sizeMs, endMs };
  });
  return { season, windows };
}

const stepsOf = (season: number): number => Math.max(leastSteps, seasons * season);

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b];
  while (y !== 0) [x, y] = [y, x % y];
  return (a / x) * b;
}
