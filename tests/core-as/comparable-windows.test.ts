import { describe, expect, test } from "vitest";
import { comparableWindows } from "#core/domain/comparable-windows.ts";
import { DAY_MS, HOUR_MS } from "#core/domain/limits.ts";
import type { WindowRule } from "#core/domain/monitor.ts";

const model = { windowMs: DAY_MS, basePaneMs: 60_000 };
const endMs = Date.UTC(2026, 5, 15);
const of = (rule: WindowRule, at = endMs) => comparableWindows(rule, model, at)!;

describe("windows that rows of one are compared with", () => {
  test("are of the same length, do not overlap, and lie in the past", () => {
    const rules: WindowRule[] = [
      { kind: "tumbling" },
      { kind: "tumbling", sizeMs: HOUR_MS },
      { kind: "tumbling", sizeMs: 5 * HOUR_MS },
      { kind: "tumbling", sizeMs: 2 * DAY_MS },
      { kind: "sliding", sizeMs: 7 * DAY_MS, stepMs: DAY_MS },
      { kind: "sliding", sizeMs: 36 * HOUR_MS, stepMs: HOUR_MS },
      { kind: "calendar", period: "day", timeZone: "Europe/Berlin" },
      { kind: "calendar", period: "month", timeZone: "Europe/Berlin" },
    ];
    for (const rule of rules) {
      const { windows, season } = of(rule);
      expect(windows.length).toBeGreaterThanOrEqual(8 * season);
      let before = endMs;
      for (const [at, { back, startMs, endMs: end }] of windows.entries()) {
        expect(back).toBe(at + 1);
        expect(end).toBeLessThanOrEqual(before);
        expect(startMs).toBeLessThan(end);
        before = startMs;
      }
    }
  });

  test("of an hour are the same hour of the days before, and a week is a season", () => {
    const { windows, season } = of({ kind: "tumbling", sizeMs: HOUR_MS });
    expect(season).toBe(7);
    for (const { back, endMs: end } of windows) expect(end).toBe(endMs - back * DAY_MS);
  });

  test("of a week that slides by days are whole weeks apart", () => {
    const { windows, season } = of({ kind: "sliding", sizeMs: 7 * DAY_MS, stepMs: DAY_MS });
    expect([season, windows[0].endMs]).toEqual([1, endMs - 7 * DAY_MS]);
  });

  test("of a time zone are its days, those of 23 hours too", () => {
    const rule: WindowRule = { kind: "calendar", period: "day", timeZone: "Europe/Berlin" };
    const { windows, season } = of(rule, Date.UTC(2026, 2, 31, 22));
    expect(season).toBe(7);
    const lengths = windows.slice(0, 3).map(({ startMs, endMs: end }) => (end - startMs) / HOUR_MS);
    expect(lengths).toEqual([24, 23, 24]);
  });

  test("of so many rows are none: those always have as many", () => {
    expect(comparableWindows({ kind: "last-rows", rows: 100, stepMs: HOUR_MS }, model, endMs)).toBeNull();
  });
});
