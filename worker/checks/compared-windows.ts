import { referenceAt } from "#core/domain/event-time.ts";
import type { ComparedWindows } from "#core/domain/check.ts";
import { DAY_MS, limits } from "#core/domain/limits.ts";
import type { Against, Monitor, WindowRule } from "#core/domain/monitor.ts";
import { nominalMs, startOfWindowMs } from "#core/domain/monitor-windows.ts";
import type { CountedChunk } from "#core/domain/wire.ts";
import { comparedSeed, type CountsInput } from "#core/reference/from-counts.ts";
import type { ModelStore } from "../objects/model/model-store.ts";
import { mergePanes } from "../objects/model/panes.ts";

/**
 * The earlier windows that a monitor compares with, in the cells that the window under test is counted in; what was counted
 * in others is left out. Null for a monitor that compares with the reference itself.
 */
export function comparedWindows(
  store: ModelStore,
  { window: rule, against }: Monitor,
  segment: string,
  { windowStartMs, referenceId }: { windowStartMs: number; referenceId: string },
): (CountsInput & { told: ComparedWindows }) | null {
  if (against.kind === "fixed") return null;
  const { model } = store.configured;
  const cells = { referenceId, segment };
  const slots = store.references.slotsOf(referenceId);
  const bounds =
    against.kind === "same-hour"
      ? weeksBefore(rule, model, windowStartMs, against.weeks)
      : stretchBefore(rule, model, reachOf(store, against, windowStartMs));
  const chunks = bounds.map(({ fromMs, toMs }): CountedChunk => {
    const { rows, counts } = mergePanes(store.sql, fromMs, toMs, cells, slots);
    return { startMs: fromMs, rows, counts };
  });
  const periodMs = lengthOf(rule, model);
  const told: ComparedWindows = {
    kind: against.kind,
    fromMs: bounds[0]?.fromMs ?? windowStartMs,
    toMs: bounds.at(-1)?.toMs ?? windowStartMs,
    periodMs,
    windows: chunks.filter(({ rows }) => rows > 0).length,
  };
  return { base: store.references.get(referenceId), chunks, periodMs, seed: comparedSeed, told };
}

interface Bounds {
  fromMs: number;
  toMs: number;
}

type Timed = Parameters<typeof nominalMs>[1];

const lengthOf = (rule: WindowRule, model: Timed): number =>
  rule.kind === "last-rows" ? rule.stepMs : nominalMs(rule, model);

/** From when to when earlier windows are taken. */
function reachOf(
  { configured: { activations } }: ModelStore,
  against: Exclude<Against, { kind: "fixed" | "same-hour" }>,
  windowStartMs: number,
): Bounds {
  if (against.kind === "rolling") {
    const toMs = windowStartMs - against.gapMs;
    return { fromMs: toMs - against.lengthMs, toMs };
  }
  const inForce = referenceAt(activations, windowStartMs);
  const begins = activations.filter(({ referenceId }) => referenceId === inForce).map(({ fromMs }) => fromMs);
  return { fromMs: Math.min(windowStartMs, ...begins), toMs: windowStartMs };
}

/** Windows side by side that end where the stretch does, oldest first. */
function stretchBefore(rule: WindowRule, model: Timed, { fromMs, toMs }: Bounds): Bounds[] {
  const found: Bounds[] = [];
  let endMs = toMs;
  while (found.length < limits.comparedWindows) {
    const startMs = rule.kind === "last-rows" ? endMs - rule.stepMs : startOfWindowMs(rule, model, endMs);
    if (startMs < fromMs) break;
    found.push({ fromMs: startMs, toMs: endMs });
    endMs = startMs;
  }
  return found.reverse();
}

/** The same stretch of the week in the weeks before, oldest first. */
function weeksBefore(rule: WindowRule, model: Timed, windowStartMs: number, weeks: number): Bounds[] {
  const lengthMs = lengthOf(rule, model);
  return Array.from({ length: weeks }, (_, index) => {
    const fromMs = windowStartMs - (weeks - index) * 7 * DAY_MS;
    return { fromMs, toMs: fromMs + lengthMs };
  });
}
