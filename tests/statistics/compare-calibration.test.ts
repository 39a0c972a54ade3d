/** How often two files without drift raise an alarm: at most one time in twenty, also where rows of one day resemble each other. */
import { describe, expect, it } from "vitest";
import { compare } from "#core/compare/compare.ts";
import type { Columns } from "#core/domain/columns.ts";
import { DAY_MS } from "#core/domain/limits.ts";
import { categorical, columnsOf, Draws, feature, kernel, mostAllowed, numeric, sha256 } from "./synthetic.ts";

const features = [
  feature("a", "numeric"),
  feature("b", "numeric"),
  feature("c", "categorical"),
  feature("d", "boolean"),
];

interface Shape {
  rows: number;
  perDay?: number;
  /** Standard deviation of what the rows of a day have in common. */
  dayEffect: number;
  /** First day. */
  from?: number;
  shift?: number;
}

function table(draws: Draws, { rows, perDay, dayEffect, from = 0, shift = 0 }: Shape): Columns {
  const [a, b, c, d]: number[][] = [[], [], [], []];
  let days = [0, 0, 0];
  for (let row = 0; row < rows; row++) {
    if (perDay !== undefined && row % perDay === 0) days = days.map(() => dayEffect * draws.normal());
    const within = (value: number): number => Math.min(0.999, Math.max(0, value));
    a.push(draws.normal() + days[0] + shift);
    b.push(Math.floor(draws.uniform() * 5 + 2 * days[1]));
    c.push(Math.floor(6 * within(draws.uniform() + 0.3 * days[2])));
    d.push(Number(draws.uniform() < within(0.3 + 0.2 * days[2])));
  }
  const columns = columnsOf(
    {
      ...{ a: numeric(a), b: numeric(b), c: categorical(c.map((value) => "uvwxyz"[value])) },
      d: { kind: "categorical", dictionary: ["false", "true"], codes: Int32Array.from(d) },
    },
    perDay,
  );
  return { ...columns, timesMs: columns.timesMs?.map((time) => time + from * DAY_MS) ?? null };
}

async function alarmsOf(reference: Shape, current: Shape, trials: number, seed: number): Promise<number> {
  const draws = new Draws(seed);
  let alarms = 0;
  for (let trial = 0; trial < trials; trial++) {
    const { verdict } = await compare(
      kernel,
      { reference: table(draws, reference), current: table(draws, current), features },
      { sha256 },
    );
    if (verdict.status === "warning" || verdict.status === "drift") alarms++;
  }
  return alarms;
}

describe("two files without drift", { timeout: 120_000 }, () => {
  const trials = 120;
  const most = mostAllowed(trials, 0.05);
  it("of independent rows", async () => {
    expect(
      await alarmsOf({ rows: 300, dayEffect: 0 }, { rows: 200, dayEffect: 0 }, trials, 1),
    ).toBeLessThanOrEqual(most);
  });
  it("of days that differ: a month against a week, by sampling alone two in three would alarm", async () => {
    const days = { perDay: 100, dayEffect: 0.2 };
    const alarms = await alarmsOf({ rows: 2800, ...days }, { rows: 700, from: 60, ...days }, trials, 2);
    expect(alarms).toBeLessThanOrEqual(most);
  });
});

describe("two files with drift", () => {
  it("are told from days that differ", async () => {
    const days = { perDay: 100, dayEffect: 0.2 };
    const alarms = await alarmsOf(
      { rows: 2800, ...days },
      { rows: 2800, from: 60, shift: 0.5, ...days },
      20,
      3,
    );
    expect(alarms).toBe(20);
  });
});
