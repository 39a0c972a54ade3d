import fc from "fast-check";
import { expect, test } from "vitest";
import {
  closedUntilMs,
  floorTo,
  modelNowMs,
  paneSizes,
  referenceAt,
  revisableMs,
} from "#core/domain/event-time.ts";
import { DAY_MS, HOUR_MS, limits, MINUTE_MS } from "#core/domain/limits.ts";

test("a time lies in its grid cell, before 1970 too", () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 31 }), (timeMs, days) => {
      const start = floorTo(timeMs, days * DAY_MS);
      expect(start <= timeMs && timeMs < start + days * DAY_MS).toBe(true);
      expect(start % (days * DAY_MS) === 0).toBe(true);
    }),
  );
});

test("the reference in force is the one that starts last, and of a tie the one activated last", () => {
  const activations = [
    { referenceId: "a", fromMs: 10 },
    { referenceId: "c", fromMs: 30 },
    { referenceId: "b", fromMs: 20 },
    { referenceId: "d", fromMs: 30 },
  ];
  expect([9, 10, 19, 20, 29, 30, 1e15].map((timeMs) => referenceAt(activations, timeMs))).toEqual([
    null,
    "a",
    "a",
    "b",
    "b",
    "d",
    "d",
  ]);
});

test("a replay closes by its watermark only; a live model by wall time when traffic stops", () => {
  const [latenessMs, nowMs] = [10 * MINUTE_MS, 100 * DAY_MS];
  expect(closedUntilMs({ clock: "replay", newestMs: null, latenessMs, nowMs })).toBeNull();
  expect(closedUntilMs({ clock: "replay", newestMs: DAY_MS, latenessMs, nowMs })).toBe(DAY_MS - latenessMs);
  expect(closedUntilMs({ clock: "wall", newestMs: DAY_MS, latenessMs, nowMs })).toBe(nowMs - latenessMs);
  expect(modelNowMs({ clock: "replay", newestMs: DAY_MS, nowMs })).toBe(DAY_MS);
  expect(modelNowMs({ clock: "wall", newestMs: DAY_MS, nowMs })).toBe(nowMs);
});

test("panes grow from the base pane to hours and days", () => {
  expect(paneSizes(MINUTE_MS)).toEqual([MINUTE_MS, HOUR_MS, DAY_MS]);
  expect(paneSizes(2 * HOUR_MS)).toEqual([2 * HOUR_MS, DAY_MS]);
  expect(paneSizes(DAY_MS)).toEqual([DAY_MS]);
});

test("a window can be revised as long as panes that rebuild it are kept", () => {
  const { retention } = limits;
  const ofMinutes = { basePaneMs: MINUTE_MS, retention };
  expect(revisableMs(ofMinutes, 15 * MINUTE_MS)).toBe(retention.minutesMs);
  expect(revisableMs(ofMinutes, 6 * HOUR_MS)).toBe(retention.hoursMs);
  expect(revisableMs({ basePaneMs: HOUR_MS, retention }, 7 * DAY_MS)).toBe(retention.daysMs);
  const short = { ...retention, hoursMs: 3 * DAY_MS };
  expect(revisableMs({ ...ofMinutes, retention: short }, 6 * HOUR_MS)).toBe(3 * DAY_MS);
});
