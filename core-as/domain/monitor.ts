/**
 * Monitors: which windows of a model are checked, over which rows, against what. Each makes one series of checks, or one
 * for every value of a segment.
 */
import "./schema-settings.ts";
import * as z from "zod";
import { DAY_MS, limits, MINUTE_MS } from "./limits.ts";
import { Id, type ModelConfig } from "./model.ts";
import type { Policy } from "./policy.ts";
import { segmentKeys } from "./segments.ts";

const LengthMs = z.number().int().min(MINUTE_MS).max(limits.windowMs);

/** Where windows begin and end, in event time. */
export const WindowRule = z.discriminatedUnion("kind", [
  /** Side by side, from 1970 on; of the model's own length when left out. */
  z.object({ kind: z.literal("tumbling"), sizeMs: LengthMs.optional() }),
  /** One of `sizeMs` at the end of every `stepMs`. */
  z.object({ kind: z.literal("sliding"), sizeMs: LengthMs, stepMs: LengthMs }),
  /** Days, weeks from Monday, or months of a time zone, whose days of 23 and 25 hours included. */
  z.object({
    kind: z.literal("calendar"),
    period: z.enum(["day", "week", "month"]),
    timeZone: z.string().min(1).max(64),
  }),
  /** At the end of every `stepMs`, as many panes backwards as hold at least so many rows. */
  z.object({ kind: z.literal("last-rows"), rows: z.number().int().min(1).max(1e9), stepMs: LengthMs }),
]);
export type WindowRule = z.infer<typeof WindowRule>;

/** What a window is compared with: the reference in force, or earlier windows counted in its cells. */
export const Against = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("fixed") }),
  /** The `lengthMs` before the window, `gapMs` apart from it. */
  z.object({
    kind: z.literal("rolling"),
    lengthMs: LengthMs,
    gapMs: z.number().int().min(0).max(limits.windowMs).default(0),
  }),
  /** Everything counted in the reference's cells since it came into force. */
  z.object({ kind: z.literal("expanding") }),
  /** The same time of the week in the weeks before. */
  z.object({ kind: z.literal("same-hour"), weeks: z.number().int().min(2).max(104) }),
]);
export type Against = z.infer<typeof Against>;

export const Monitor = z.object({
  id: Id,
  window: WindowRule.default({ kind: "tumbling" }),
  against: Against.default({ kind: "fixed" }),
  /** Name of a declared segment: one series for each of its values. Left out: all rows. */
  segment: Id.optional(),
});
export type Monitor = z.infer<typeof Monitor>;

/** The monitor of all rows, which every model has unless its policy says otherwise. */
export const defaultMonitor: Monitor = {
  id: "default",
  window: { kind: "tumbling" },
  against: { kind: "fixed" },
};

/** One series of checks. */
export interface Series {
  /** What checks and incidents call it: `default`, `by-region:region=emea`. */
  key: string;
  monitor: Monitor;
  /** A segment's key, or "" for all rows. */
  segment: string;
}

/** The key of a series of a monitor. */
export const seriesKey = (monitor: string, segment: string): string =>
  segment === "" ? monitor : `${monitor}:${segment}`;

/**
 * All series of a model. A policy that names no monitors has the default one and one for each declared segment.
 */
export function seriesOf(
  { segments }: Pick<ModelConfig, "segments">,
  { monitors }: { monitors?: readonly Monitor[] },
): Series[] {
  const all = monitors ?? [
    defaultMonitor,
    ...segments.map(({ name }): Monitor => ({ ...defaultMonitor, id: `by-${name}`, segment: name })),
  ];
  return all.flatMap((monitor): Series[] => {
    if (monitor.segment === undefined) return [{ key: monitor.id, monitor, segment: "" }];
    const cut = segments.find(({ name }) => name === monitor.segment);
    const keys = cut === undefined ? [] : segmentKeys(cut);
    return keys.map((segment) => ({ key: seriesKey(monitor.id, segment), monitor, segment }));
  });
}

/** The monitor of performance: the model's own windows, once their labels are known. No other may have its name. */
export const performanceMonitor = "performance";

/** Series of performance checks: of all rows, and of each value of a segment. */
export function performanceSeries({ segments }: Pick<ModelConfig, "segments">): string[] {
  return ["", ...segments.flatMap(segmentKeys)].map((segment) => seriesKey(performanceMonitor, segment));
}

export const isPerformanceSeries = (series: string): boolean =>
  series === performanceMonitor || series.startsWith(`${performanceMonitor}:`);

/** The segment of a series of performance checks; "" for all rows. */
export const segmentOfPerformance = (series: string): string => series.slice(performanceMonitor.length + 1);

/**
 * The false incidents that are accepted in a month are shared by all checks in it (METHODS §1).
 * @param judged whether the reference knows the model's performance, so that it is checked too
 */
export function familyLevel(
  model: Pick<ModelConfig, "segments" | "windowMs">,
  policy: Pick<Policy, "monitors" | "falseIncidentsPerMonth" | "performance">,
  judged: boolean,
): { warning: number; drift: number } {
  const ofPerformance =
    judged && policy.performance.judged
      ? performanceSeries(model).length * checksPerMonth(defaultMonitor.window, model)
      : 0;
  const checks = seriesOf(model, policy).reduce(
    (sum, { monitor }) => sum + checksPerMonth(monitor.window, model),
    ofPerformance,
  );
  const { warning, drift } = policy.falseIncidentsPerMonth;
  return { warning: Math.min(0.5, warning / checks), drift: Math.min(0.5, drift / checks) };
}

/** Checks that a rule schedules in a month of 30 days. */
export function checksPerMonth(rule: WindowRule, { windowMs }: Pick<ModelConfig, "windowMs">): number {
  const month = 30 * DAY_MS;
  if (rule.kind === "tumbling") return month / (rule.sizeMs ?? windowMs);
  if (rule.kind === "calendar") return { day: 30, week: 30 / 7, month: 1 }[rule.period];
  return month / rule.stepMs;
}
