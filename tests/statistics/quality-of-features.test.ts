/** What a check says of the quality of its features' values: their types and range, standing still, missing together. */
import { describe, expect, test } from "vitest";
import type { Check } from "#core/domain/check.ts";
import type { Column, Columns } from "#core/domain/columns.ts";
import { eitherWay } from "#core/methods/quality/against-past.ts";
import type { QualityEvidence } from "#core/domain/quality-evidence.ts";
import { check, evidenceOf, found, world } from "./quality-scenario.ts";
import {
  categorical,
  checkOf,
  columnsOf,
  Draws,
  feature,
  kernel,
  mostAllowed,
  numeric,
  referenceOf,
} from "./synthetic.ts";

describe("a feature's values", () => {
  const mismatched = (count: number): QualityEvidence =>
    evidenceOf({ received: 1000 + count, rejected: { type_mismatch: count }, mismatched: { amount: count } });

  test.each([
    [21, "drift"],
    [8, "warning"],
    [3, "ok"],
  ])("%d of another type among a thousand are %s", (count, status) => {
    const [amount, colour] = check(mismatched(count)).features;
    expect(amount.tests.find(({ kind }) => kind === "type_mismatch")).toMatchObject({
      status,
      marks: ["exact"],
    });
    expect(amount.verdict.status).toBe(status);
    expect(colour.tests.some(({ kind }) => kind === "type_mismatch")).toBe(false);
  });

  test("that stand still are said to, where the reference's did not", () => {
    const constant = (rows: number, value: number) => numeric(new Float64Array(rows).fill(value));
    const still = check(undefined, world(new Draws(2), 1000, { amount: constant(1000, 0.1) })).features[0];
    expect(still.tests.find(({ kind }) => kind === "constant")).toMatchObject({
      status: "drift",
      statistic: 1,
    });
    const red = categorical(new Array<string>(1000).fill("red"));
    const { features: judged } = check(undefined, world(new Draws(2), 1000, { colour: red }));
    const test = judged[1].tests.find(({ kind }) => kind === "constant");
    expect(test?.status).toBe("drift");
    const muted = check(undefined, world(new Draws(2), 1000, { colour: red }), {
      policy: { quality: { muted: ["constant"] } },
    });
    expect(muted.features[1].verdict.kind).toBe("drift");
  });

  // A value with fewer rows than the window's largest could not have been it: it adds no chance, and no NaN either.
  test("stand still as days do of which some have a row less", async () => {
    const day = (rows: number, date: number) => Array<string | null>(rows).fill(`day ${date}`);
    const dates = Array.from({ length: 28 }, (_, date) => [
      ...day(40 - (date % 3), date),
      ...day(date % 3, -1),
    ]);
    const only = [feature("date", "categorical")];
    const reference = await referenceOf(only, columnsOf({ date: categorical(dates.flat()) }, 40));
    const { features: judged } = checkOf(reference, columnsOf({ date: categorical(day(40, 3)) }, 40));
    expect(judged[0].tests.find(({ kind }) => kind === "constant")?.pSampling).toBeLessThan(1e-6);
  });

  test("may stand still where they always did, or do all day long", async () => {
    const draws = new Draws(3);
    const day = (rows: number, from: number): Record<string, Column> => ({
      weekday: categorical(
        Array.from({ length: rows }, (_, row) => `day ${Math.floor((from + row) / 500) % 7}`),
      ),
      rare: categorical(Array.from({ length: rows }, () => (draws.uniform() < 0.02 ? "true" : "false"))),
      constant: numeric(new Float64Array(rows).fill(3)),
    });
    const both = [
      feature("weekday", "categorical"),
      feature("rare", "boolean"),
      feature("constant", "numeric"),
    ];
    const reference = await referenceOf(both, columnsOf(day(28 * 500, 0), 500));
    let loud = 0;
    for (let window = 0; window < 60; window++) {
      const { features: judged } = checkOf(reference, columnsOf(day(500, window * 500)), { window });
      for (const { tests } of judged)
        loud += tests.filter(({ kind, pValue }) => kind === "constant" && pValue <= 0.05).length;
    }
    expect(loud).toBeLessThanOrEqual(mostAllowed(120, 0.05));
  });
});

describe("values out of range", () => {
  const amounts = (draws: Draws, rows: number, far: number): Columns =>
    world(draws, rows, {
      amount: numeric(Array.from({ length: rows }, (_, row) => (row < far ? 50 + row : draws.normal()))),
    });
  const ofAmount = (one: Check) => one.features[0].tests.find(({ kind }) => kind === "out_of_range");

  test.each([
    [30, "drift"],
    [10, "warning"],
    [2, "ok"],
  ])("%d of a thousand are %s", (far, status) => {
    const one = check(undefined, amounts(new Draws(2), 1000, far));
    expect(ofAmount(one)).toMatchObject({ status, method: "extremes" });
    expect(one.features[0].verdict).toMatchObject(
      status === "ok" ? { status } : { status, kind: "out_of_range" },
    );
    if (status !== "ok") expect(one.reason).toContain("amount");
  });

  test("come with any window, and raise no more alarms than their law says", async () => {
    const draws = new Draws(31);
    const [references, windows] = [30, 40];
    const pValues: number[] = [];
    for (let each = 0; each < references; each++) {
      const plain = await referenceOf(
        [feature("x", "numeric")],
        columnsOf({ x: numeric(Array.from({ length: 500 }, () => draws.normal())) }),
      );
      for (let window = 0; window < windows; window++) {
        const x = numeric(Array.from({ length: 100 }, () => draws.normal()));
        const [{ tests }] = checkOf(plain, columnsOf({ x }), { window }).features;
        pValues.push(tests.find(({ kind }) => kind === "out_of_range")!.pValue);
      }
    }
    for (const level of [0.1, 0.03, 0.01])
      expect(pValues.filter((p) => p <= level).length).toBeLessThanOrEqual(
        mostAllowed(pValues.length, 1.5 * level),
      );
    // At least one of a hundred rows lies beyond five hundred others in three windows of ten.
    expect(pValues.filter((p) => p < 0.5).length / pValues.length).toBeGreaterThan(0.2);
  });

  test("that come in clumps on some days of the reference come in clumps again", async () => {
    const draws = new Draws(8);
    // One day in eight is a storm, each storm of its own strength.
    const day = (rows: number): number[] => {
      const storm = draws.uniform() < 1 / 8 ? 4 * Math.exp(draws.normal()) : 0;
      return Array.from({ length: rows }, () => draws.normal() + (draws.uniform() < 0.1 ? storm : 0));
    };
    let [loud, bySamplingAlone] = [0, 0];
    const [references, windows] = [20, 20];
    for (let each = 0; each < references; each++) {
      const x = numeric(Array.from({ length: 28 }, () => day(200)).flat());
      const stormy = await referenceOf([feature("x", "numeric")], columnsOf({ x }, 200));
      for (let window = 0; window < windows; window++) {
        const [{ tests }] = checkOf(stormy, columnsOf({ x: numeric(day(200)) }), { window }).features;
        const found = tests.find(({ kind }) => kind === "out_of_range")!;
        if (found.pValue <= 0.0033) loud++;
        if (found.pSampling <= 0.0033) bySamplingAlone++;
      }
    }
    expect(bySamplingAlone).toBeGreaterThan(mostAllowed(references * windows, 0.0033));
    expect(loud).toBeLessThanOrEqual(mostAllowed(references * windows, 0.0066));
  });
});

describe("shares of missing values", () => {
  /** A day's missing rows, drawn from one to the next; some days have much more of them than others. */
  function day(draws: Draws, rows: number, share: number, spread: number) {
    const apart = Math.log1p(-Math.min(0.5, share * Math.exp(spread * draws.normal())));
    let count = -1;
    for (let row = -1; row < rows; count++) row += 1 + Math.floor(Math.log(draws.uniform()) / apart);
    return { count, of: rows };
  }

  // Few rows and the same days throughout fail on logarithms alone, days that differ by much on square roots.
  test.each([
    [400, 0.02, 0],
    [400, 0.02, 0.8],
  ])(
    "that differ from day to day raise no more alarms than their level says: %d rows, %d, %d",
    (rows, share, spread) => {
      const draws = new Draws(5);
      const pValues = Array.from({ length: 4000 }, () => {
        const days = Array.from({ length: 29 }, () => day(draws, rows, share, spread));
        return eitherWay(kernel, days[14], days.toSpliced(14, 1));
      });
      for (const level of [0.03, 0.003])
        expect(pValues.filter((p) => p <= level).length).toBeLessThanOrEqual(
          mostAllowed(pValues.length, level),
        );
    },
  );

  test("say nothing where they never differed, and tell ten times as much at once", () => {
    const same = Array.from({ length: 28 }, () => ({ count: 4, of: 200 }));
    expect(eitherWay(kernel, same[0], same)).toBeCloseTo(1, 9);
    const draws = new Draws(6);
    const past = Array.from({ length: 28 }, () => day(draws, 500, 0.02, 0.2));
    expect(eitherWay(kernel, { count: 100, of: 500 }, past)).toBeLessThan(1e-4);
    expect(eitherWay(kernel, { count: 0, of: 500 }, past)).toBeLessThan(0.05);
  });
});

describe("what is missing together", () => {
  const sensors = ["heat", "light", "sound"].map((name) => feature(name, "numeric"));
  /** Each sensor misses a few values of its own; a failing one takes all three along. */
  function readings(draws: Draws, rows: number, alone: number, together: number): Columns {
    const fails = Array.from({ length: rows }, () => draws.uniform() < together);
    const column = (): Column =>
      numeric(fails.map((failed) => (failed || draws.uniform() < alone ? NaN : draws.normal())));
    return columnsOf({ heat: column(), light: column(), sound: column() }, 1000);
  }

  test("is drift where as much is missing as before, but not alone any more", async () => {
    const draws = new Draws(3);
    const reference = await referenceOf(sensors, readings(draws, 28_000, 0.06, 0));
    const of = (alone: number, together: number, window: number): Check =>
      checkOf(reference, readings(draws, 1000, alone, together), { quality: evidenceOf({}), window });
    const apart = of(0.06, 0, 1);
    expect(found(apart, "co_missing")).toMatchObject({ status: "ok", unit: "share" });
    const failing = of(0, 0.06, 2);
    const test = found(failing, "co_missing");
    expect(test).toMatchObject({ status: "drift" });
    expect(failing.features.map(({ verdict }) => verdict.status)).toEqual(["ok", "ok", "ok"]);
    expect(failing.reason).toMatch(
      /^(heat, light, sound are missing together|Other values than usual are missing together)/,
    );
  });

  test("is not asked where nothing was missing, or one feature alone", async () => {
    const one = await referenceOf(sensors, readings(new Draws(3), 28_000, 0, 0));
    const { quality } = checkOf(one, readings(new Draws(4), 1000, 0, 0), { quality: evidenceOf({}) });
    expect(quality.map(({ kind }) => kind)).toEqual(["volume", "silence"]);
  });
});
