/** Rows against the windows before: what volume says of Sundays, growth, holidays, outages, and of half the rows gone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { volume, volumeChange } from "#core/methods/quality/volume.ts";
import { extendedBy } from "#core/methods/quality/volume-history.ts";
import { Draws, kernel, mostAllowed } from "./synthetic.ts";

const options = { season: 7, exceptional: 0.4 };
/** From Monday to Sunday. */
const week = [1, 1.02, 1, 0.98, 0.95, 0.5, 0.4];

interface Traffic {
  level?: number;
  /** A week. */
  growth?: number;
  /** From day to day, of the logarithm. */
  spread?: number;
  /** Share of days that are holidays, with two fifths of the rows. */
  holidays?: number;
}

interface Day {
  rows: number;
  holiday: boolean;
}

function traffic(
  draws: Draws,
  days: number,
  { level = 2000, growth = 0, spread = 0.08, holidays = 0 }: Traffic = {},
): Day[] {
  return Array.from({ length: days }, (_, day) => {
    const holiday = draws.uniform() < holidays;
    const mean =
      level *
      week[day % 7] *
      (1 + growth) ** (day / 7) *
      Math.exp(spread * draws.normal()) *
      (holiday ? 0.4 : 1);
    return { rows: Math.max(0, Math.round(mean + Math.sqrt(mean) * draws.normal())), holiday };
  });
}

/** What volume says of each of the last days, given those before it. */
function judged(days: readonly Day[], last: number, change = (rows: number): number => rows) {
  return Array.from({ length: last }, (_, back) => {
    const at = days.length - 1 - back;
    const past = Array.from({ length: Math.min(56, at) }, (__, step) => days[at - 1 - step].rows);
    const found = volume(kernel, change(days[at].rows), past, options);
    if (found === null) throw new Error("too few days");
    return { ...found, p: Math.max(found.pSampling, found.pBetween), weekday: at % 7, ...days[at] };
  });
}

const alarms = (days: ReturnType<typeof judged>, level: number, gate: number): number =>
  days.filter(({ p, effect }) => p <= level && effect >= gate).length;

describe("without change", () => {
  test.each<[string, Traffic]>([
    ["days of a week", {}],
    ["growth of five percent a week", { growth: 0.05 }],
    ["loss of five percent a week", { growth: -0.05 }],
    ["holidays", { holidays: 0.03 }],
    ["traffic that varies by a quarter", { spread: 0.25 }],
    ["few rows", { level: 30 }],
    ["hardly any rows", { level: 4 }],
  ])("%s raise no more alarms than their level says, on Sundays neither", (_, world) => {
    const draws = new Draws(3);
    const days = Array.from({ length: 40 }, () => judged(traffic(draws, 91, world), 28)).flat();
    const usual = days.filter(({ holiday }) => !holiday);
    for (const level of [0.05, 0.01, 0.0033]) {
      // Days of one stretch share their past: twice the level leaves room for that.
      expect(usual.filter(({ p }) => p <= level).length).toBeLessThanOrEqual(
        mostAllowed(usual.length, 2 * level),
      );
      const sundays = usual.filter(({ weekday }) => weekday === 6);
      expect(sundays.filter(({ p }) => p <= level).length).toBeLessThanOrEqual(
        mostAllowed(sundays.length, 2 * level),
      );
    }
    expect(alarms(usual, 0.0033, 0.4)).toBeLessThanOrEqual(mostAllowed(usual.length, 0.0033));
  });

  test("the weeks after a holiday or an outage are like any others", () => {
    const draws = new Draws(5);
    const found = Array.from({ length: 60 }, () => {
      const days = traffic(draws, 91);
      days[91 - 8].rows = 0;
      return judged(days, 7);
    }).flat();
    expect(alarms(found, 0.0033, 0)).toBeLessThanOrEqual(mostAllowed(found.length, 0.0066));
  });

  test("few days say nothing", () => {
    const days = traffic(new Draws(1), 28).map(({ rows }) => rows);
    expect(volume(kernel, 10, days.slice(0, 27), options)).toBeNull();
    expect(volume(kernel, 10, days, options)).not.toBeNull();
    const gaps = days.map((rows, at) => (at % 7 === 6 ? null : rows));
    expect(volume(kernel, 10, gaps, options)).toBeNull();
    expect(volume(kernel, 10, [], options)).toBeNull();
  });
});

test("half the rows gone, or as many again, are found in the first day, nearly always", () => {
  const draws = new Draws(7);
  for (const factor of [0.5, 2]) {
    const days = Array.from({ length: 30 }, () =>
      judged(traffic(draws, 91, { growth: 0.01 }), 7, (rows) => Math.round(factor * rows)),
    ).flat();
    // A family of five tests, as the smallest would get it.
    expect(alarms(days, 0.0033 / 5, 0.4) / days.length).toBeGreaterThan(0.85);
    expect(alarms(days, 0.033 / 5, 0.25) / days.length).toBeGreaterThan(0.99);
  }
});

test("nothing where two thousand rows come is as certain as can be; nothing where three come is no news", () => {
  const [many] = judged(traffic(new Draws(2), 91), 1, () => 0);
  expect(many).toMatchObject({ effect: 1 });
  expect(many.p).toBeLessThan(1e-6);
  const days = judged(traffic(new Draws(2), 91, { level: 3 }), 7, () => 0);
  expect(alarms(days, 0.0033, 0)).toBe(0);
});

test("the change is a share of the larger number", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.double({ min: 0, max: 1e6, noNaN: true }), (rows, expected) => {
      const change = volumeChange(rows, expected);
      expect(change).toBeGreaterThanOrEqual(0);
      expect(change).toBeLessThanOrEqual(1);
      expect(change).toBe(volumeChange(expected, rows));
    }),
  );
  expect([volumeChange(50, 100), volumeChange(200, 100), volumeChange(0, 0)]).toEqual([0.5, 0.5, 0]);
});

describe("a reference's chunks", () => {
  /** A year before a window of the given weekday. */
  const chunksOf = (days: readonly Day[], weekday: number) =>
    days.map(({ rows }, day) => ({ back: 364 + ((weekday + 1) % 7) + days.length - 1 - day, rows }));

  test("lend their weekdays to a model that has seen a week, at the model's own level", () => {
    const draws = new Draws(11);
    let [alarmed, found] = [0, 0];
    for (let each = 0; each < 60; each++) {
      // A sample of a tenth of the traffic, of last year; the model began on a Wednesday.
      const sample = traffic(draws, 28, { level: 200 });
      const days = traffic(draws, 16).slice(2);
      for (let at = 7; at < days.length; at++) {
        const own = Array.from({ length: at }, (_, step) => days[at - 1 - step].rows);
        const history = extendedBy(kernel, own, chunksOf(sample, (at + 2) % 7), 7);
        expect(history.length).toBeGreaterThan(own.length);
        const judge = (rows: number) => volume(kernel, rows, history, options);
        const one = judge(days[at].rows);
        const half = judge(days[at].rows / 2);
        if (one === null || half === null) throw new Error("too few days");
        alarmed += Math.max(one.pSampling, one.pBetween) <= 0.0033 && one.effect >= 0.25 ? 1 : 0;
        found += Math.max(half.pSampling, half.pBetween) <= 0.033 && half.effect >= 0.25 ? 1 : 0;
      }
    }
    expect(alarmed).toBeLessThanOrEqual(mostAllowed(420, 0.0066));
    expect(found / 420).toBeGreaterThan(0.9);
  });

  test("lend nothing in the first week, nor where their days are unlike the model's", () => {
    const flat = Array.from({ length: 28 }, (_, day) => ({ back: 14 + day, rows: 1000 }));
    const own = traffic(new Draws(4), 7).map(({ rows }) => rows);
    expect(extendedBy(kernel, own.slice(0, 6), flat, 7)).toEqual(own.slice(0, 6));
    // As many rows a day: a sample by row, whose Sundays are no model's.
    expect(extendedBy(kernel, own, flat, 7)).toEqual(own);
  });
});
