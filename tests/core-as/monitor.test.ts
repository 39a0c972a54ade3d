/** Windows of monitors: what ends when, over which panes, in every time zone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DAY_MS, HOUR_MS, MINUTE_MS, limits } from "#core/domain/limits.ts";
import { defaultMonitor, familyLevel, Monitor, seriesOf, type WindowRule } from "#core/domain/monitor.ts";
import { Policy } from "#core/domain/policy.ts";
import { monitorProblems } from "#core/domain/monitor-problems.ts";
import { endsOver, nextEndMs, startOfWindowMs } from "#core/domain/monitor-windows.ts";
import { nextLocal, previousLocal } from "#core/domain/time-zone.ts";

const { retention } = limits;
const model = { windowMs: DAY_MS, basePaneMs: 15 * MINUTE_MS, segments: [], retention };
const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Asia/Kolkata",
  "Australia/Lord_Howe",
  "UTC",
  "America/Sao_Paulo",
];
const at = (text: string): number => Date.parse(text);

describe("calendar periods", () => {
  test("follow the clocks of their zone over both changes of the year", () => {
    const days = [at("2026-03-28T12:00Z"), at("2026-03-29T12:00Z"), at("2026-10-25T12:00Z")].map((time) => {
      const end = nextLocal(time, "day", "Europe/Berlin");
      return [new Date(end).toISOString(), (end - previousLocal(end, "day", "Europe/Berlin")) / HOUR_MS];
    });
    expect(days).toEqual([
      ["2026-03-28T23:00:00.000Z", 24],
      ["2026-03-29T22:00:00.000Z", 23],
      ["2026-10-25T23:00:00.000Z", 25],
    ]);
    expect(new Date(nextLocal(at("2026-02-10T00:00Z"), "month", "America/New_York")).toISOString()).toBe(
      "2026-03-01T05:00:00.000Z",
    );
    expect(new Date(nextLocal(at("2026-11-23T00:00Z"), "week", "Asia/Kolkata")).toISOString()).toBe(
      "2026-11-29T18:30:00.000Z",
    );
    // Clocks skipped midnight there: the day began at one o'clock.
    expect(new Date(nextLocal(at("2018-11-03T12:00Z"), "day", "America/Sao_Paulo")).toISOString()).toBe(
      "2018-11-04T03:00:00.000Z",
    );
  });

  test("tile time: each ends where the next begins, and every moment lies in one", () => {
    const when = fc.integer({ min: at("1975-01-01T00:00Z"), max: at("2037-12-31T00:00Z") });
    fc.assert(
      fc.property(
        when,
        fc.constantFrom(...zones),
        fc.constantFrom("day", "week", "month" as const),
        (time, zone, period) => {
          const end = nextLocal(time, period, zone);
          const start = previousLocal(end, period, zone);
          expect(start).toBeLessThanOrEqual(time);
          expect(end).toBeGreaterThan(time);
          expect(nextLocal(start, period, zone)).toBe(end);
          expect(nextLocal(end - 1, period, zone)).toBe(end);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("windows", () => {
  const rules: WindowRule[] = [
    { kind: "tumbling" },
    { kind: "tumbling", sizeMs: 6 * HOUR_MS },
    { kind: "sliding", sizeMs: 7 * DAY_MS, stepMs: DAY_MS },
    { kind: "calendar", period: "week", timeZone: "Europe/Berlin" },
  ];
  test("over a pane are exactly those that hold it", () => {
    const pane = fc
      .integer({ min: 0, max: 100_000 })
      .map((index) => at("2026-01-01T00:00Z") + index * model.basePaneMs);
    fc.assert(
      fc.property(fc.constantFrom(...rules), pane, (rule, paneMs) => {
        const held: number[] = [];
        for (
          let end = nextEndMs(rule, model, paneMs - 40 * DAY_MS);
          end < paneMs + 40 * DAY_MS;
          end = nextEndMs(rule, model, end)
        )
          if (rule.kind !== "last-rows" && startOfWindowMs(rule, model, end) <= paneMs && paneMs < end)
            held.push(end);
        expect(endsOver(rule, model, paneMs)).toEqual(held);
      }),
      { numRuns: 100 },
    );
    expect(endsOver(rules[2], model, at("2026-01-01T00:00Z"))).toHaveLength(7);
  });
});

describe("monitors", () => {
  const cut = { name: "region", field: "region", values: ["emea", "apac"] };
  test("are one of all rows and one of each segment where the policy names none", () => {
    expect(seriesOf({ segments: [cut] }, {}).map(({ key }) => key)).toEqual([
      "default",
      "by-region:region=emea",
      "by-region:region=apac",
      "by-region:region=other",
    ]);
    expect(seriesOf({ segments: [cut] }, { monitors: [defaultMonitor] })).toHaveLength(1);
  });

  test("share the false incidents of a month", () => {
    const policy = Policy.parse({});
    const alone = familyLevel(model, policy, false);
    expect(alone.drift).toBeCloseTo(0.1 / 30, 12);
    const shared = familyLevel({ ...model, segments: [cut] }, policy, false);
    expect(shared.drift).toBeCloseTo(alone.drift / 4, 12);
    // With the performance of all rows and of every segment.
    expect(familyLevel({ ...model, segments: [cut] }, policy, true).drift).toBeCloseTo(alone.drift / 8, 12);
    const unjudged = Policy.parse({ performance: { judged: false } });
    expect(familyLevel(model, unjudged, true)).toEqual(alone);
  });

  test("that cannot be kept are refused with the reason", () => {
    const problems = (window: unknown, against: unknown = { kind: "fixed" }) =>
      monitorProblems(model, [Monitor.parse({ id: "m", window, against })]).join(" ");
    expect(problems({ kind: "tumbling", sizeMs: HOUR_MS })).toBe("");
    expect(problems({ kind: "tumbling", sizeMs: 20 * MINUTE_MS })).toContain("multiple of the model's panes");
    expect(problems({ kind: "sliding", sizeMs: 30 * DAY_MS, stepMs: 15 * MINUTE_MS })).toContain(
      "overlap more than 64",
    );
    expect(problems({ kind: "sliding", sizeMs: 3 * DAY_MS, stepMs: 90 * MINUTE_MS })).toContain(
      "older than the panes",
    );
    expect(problems({ kind: "calendar", period: "day", timeZone: "Mars/Base" })).toContain("not a time zone");
    expect(problems({ kind: "calendar", period: "month", timeZone: "Asia/Kolkata" })).toContain(
      "older than the panes",
    );
    // Off the hour in winter only, and in some years only: their weeks cannot be had from panes of hours.
    for (const timeZone of ["Australia/Lord_Howe", "America/Caracas", "Asia/Pyongyang"])
      expect([timeZone, problems({ kind: "calendar", period: "week", timeZone })]).toEqual([
        timeZone,
        expect.stringContaining("older than the panes"),
      ]);
    for (const timeZone of ["Europe/London", "Asia/Singapore", "Africa/Casablanca", "Antarctica/Troll"])
      expect([timeZone, problems({ kind: "calendar", period: "week", timeZone })]).toEqual([timeZone, ""]);
    const rolling = { kind: "rolling", lengthMs: 28 * DAY_MS };
    expect(problems({ kind: "tumbling" }, rolling)).toBe("");
    const short = { ...model, retention: { ...retention, daysMs: 20 * DAY_MS } };
    expect(monitorProblems(short, [Monitor.parse({ id: "m", against: rolling })])[0]).toContain("retention");
    expect(
      monitorProblems({ ...model, basePaneMs: HOUR_MS }, [
        Monitor.parse({ id: "m", window: { kind: "calendar", period: "day", timeZone: "UTC" } }),
      ])[0],
    ).toContain("at most 15 minutes");
    expect(monitorProblems(model, [Monitor.parse({ id: "m", segment: "region" })])[0]).toContain(
      "does not declare",
    );
  });
});
