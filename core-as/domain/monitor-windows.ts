/** The windows of a monitor: which ends follow one another, and which windows a pane lies in. Pure. */
import { floorTo } from "./event-time.ts";
import { DAY_MS, HOUR_MS, limits } from "./limits.ts";
import type { ModelConfig } from "./model.ts";
import type { Against, WindowRule } from "./monitor.ts";
import { isOnHours, nextLocal, previousLocal } from "./time-zone.ts";

type Timed = Pick<ModelConfig, "windowMs" | "basePaneMs">;

/** The first end of a window after a time. */
export function nextEndMs(rule: WindowRule, model: Timed, afterMs: number): number {
  if (rule.kind === "calendar") return nextLocal(afterMs, rule.period, rule.timeZone);
  const stepMs = rule.kind === "tumbling" ? (rule.sizeMs ?? model.windowMs) : rule.stepMs;
  return floorTo(afterMs, stepMs) + stepMs;
}

/** Rules whose windows begin at a time, however many rows there are. */
export type TimedRule = Exclude<WindowRule, { kind: "last-rows" }>;

/** Where the window that ends then begins. */
export function startOfWindowMs(rule: TimedRule, model: Timed, endMs: number): number {
  if (rule.kind === "calendar") return previousLocal(endMs, rule.period, rule.timeZone);
  return endMs - (rule.sizeMs ?? model.windowMs);
}

/** How far a window reaches back at most; what its chunks are as long as. */
export function nominalMs(rule: WindowRule, model: Timed): number {
  if (rule.kind === "calendar") return { day: DAY_MS, week: 7 * DAY_MS, month: 31 * DAY_MS }[rule.period];
  return rule.kind === "last-rows" ? limits.windowMs : (rule.sizeMs ?? model.windowMs);
}

/** Ends of the windows that a pane can lie in, earliest first. */
export function endsOver(rule: WindowRule, model: Timed, paneStartMs: number): number[] {
  const ends: number[] = [];
  let endMs = nextEndMs(rule, model, paneStartMs);
  for (; ends.length < limits.overlappingWindows; endMs = nextEndMs(rule, model, endMs)) {
    const startMs = rule.kind === "last-rows" ? endMs - limits.windowMs : startOfWindowMs(rule, model, endMs);
    if (startMs > paneStartMs) break;
    ends.push(endMs);
  }
  return ends;
}

/** Bounds of windows are multiples of this (the ends alone, where rows decide the start): panes that divide it rebuild them. */
export function alignmentMs(rule: WindowRule, model: Timed): number {
  if (rule.kind === "tumbling") return rule.sizeMs ?? model.windowMs;
  if (rule.kind === "sliding") return greatestCommonDivisor(rule.sizeMs, rule.stepMs);
  if (rule.kind === "last-rows") return rule.stepMs;
  // All zones differ from UTC by whole quarters.
  return isOnHours(rule.timeZone) ? HOUR_MS : HOUR_MS / 4;
}

/** How far back of its end a window and what it is compared with reach. */
export function reachMs(rule: WindowRule, against: Against, model: Timed): number {
  const windowMs = rule.kind === "last-rows" ? 0 : nominalMs(rule, model);
  if (against.kind === "rolling") return windowMs + against.gapMs + against.lengthMs;
  return windowMs + (against.kind === "same-hour" ? against.weeks * 7 * DAY_MS : 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
