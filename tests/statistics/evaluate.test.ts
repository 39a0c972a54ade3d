import { describe, expect, test } from "vitest";
import type { Check, Status } from "#core/domain/check.ts";
import type { Column } from "#core/domain/columns.ts";
import {
  checkOf,
  categorical,
  columnsOf,
  Draws,
  feature,
  mostAllowed,
  numeric,
  referenceOf,
} from "./synthetic.ts";

const colours = ["red", "green", "blue", "grey"];
const features = [
  feature("amount", "numeric"),
  feature("balance", "numeric"),
  feature("visits", "numeric"),
  feature("colour", "categorical"),
  feature("flag", "boolean"),
];

interface World {
  shift?: number;
  missing?: number;
  fewRed?: boolean;
}

/** One stretch of a quiet world: normal, zero-inflated, integer, categorical and boolean. */
function world(
  draws: Draws,
  rows: number,
  { shift = 0, missing = 0, fewRed = false }: World = {},
): Record<string, Column> {
  const each = <T>(draw: () => T): T[] => Array.from({ length: rows }, draw);
  return {
    amount: numeric(each(() => (draws.uniform() < missing ? NaN : draws.normal() + shift))),
    balance: numeric(each(() => (draws.uniform() < 0.5 ? 0 : Math.exp(draws.normal())))),
    visits: numeric(each(() => Math.floor(draws.uniform() ** 2 * 9))),
    colour: categorical(each(() => colours[Math.floor(draws.uniform() ** (fewRed ? 0.4 : 2) * 4)])),
    flag: categorical(each(() => (draws.uniform() < 0.03 ? "true" : "false"))),
  };
}

const statusOf = (check: Check, name: string): Status | undefined =>
  check.features.find((one) => one.name === name)?.verdict.status;

const quiet = await referenceOf(features, columnsOf(world(new Draws(1), 28 * 1000), 1000));

describe("without drift", () => {
  const windows = 300;
  const checks = [60, 1000].map((rows) => {
    const draws = new Draws(rows);
    return Array.from({ length: windows }, (_, window) =>
      checkOf(quiet, columnsOf(world(draws, rows)), { window }),
    );
  });
  test.each([0, 1])("false alarms stay within the budget of false incidents (%#)", (which) => {
    const { drift, warning } = checks[which][0].family.level;
    const loud = (...statuses: Status[]): number =>
      checks[which].filter(({ status }) => statuses.includes(status)).length;
    expect(loud("drift")).toBeLessThanOrEqual(mostAllowed(windows, drift));
    expect(loud("drift", "warning")).toBeLessThanOrEqual(mostAllowed(windows, warning));
  });
  test("every number of a check is finite", () => {
    const walk = (value: unknown): void => {
      if (typeof value === "number") expect(Number.isFinite(value)).toBe(true);
      else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
    };
    checks.flat().slice(0, 50).forEach(walk);
  });
  test("a test without the chunk null rejects as often as its level says", async () => {
    const alone = await referenceOf(features, columnsOf(world(new Draws(2), 50_000)));
    const draws = new Draws(77);
    const pValues = Array.from({ length: windows }, (_, window) =>
      checkOf(alone, columnsOf(world(draws, 1000)), { window }).features.map(({ tests }) => tests[0].pValue),
    ).flat();
    const below = pValues.filter((p) => p <= 0.05).length;
    expect(below).toBeLessThanOrEqual(mostAllowed(pValues.length, 0.05));
    expect(below).toBeGreaterThan(0.025 * pValues.length);
  });
});

describe("what really changed is found", () => {
  const draws = new Draws(5);
  test("a shift of half a standard deviation in a thousand rows is drift, in that feature only", () => {
    const check = checkOf(quiet, columnsOf(world(draws, 1000, { shift: 0.5 })));
    expect(check).toMatchObject({ status: "drift", worst: "amount" });
    expect(check.features.filter(({ verdict }) => verdict.status !== "ok").map(({ name }) => name)).toEqual([
      "amount",
    ]);
  });
  test("a fifth of the values missing is drift, and said to be so", () => {
    const check = checkOf(quiet, columnsOf(world(draws, 1000, { missing: 0.2 })));
    const amount = check.features[0];
    expect(amount.verdict).toMatchObject({ status: "drift", kind: "missing" });
    expect(amount.verdict.reason).toMatch(/missing in (19|20|21) %/);
  });
  test("a column that does not come at all is drift by missing values", () => {
    const rest = world(draws, 1000);
    delete rest.amount;
    expect(checkOf(quiet, columnsOf(rest)).features[0].verdict).toMatchObject({
      status: "drift",
      kind: "missing",
    });
  });
  test("other shares of the same categories are drift", () => {
    expect(statusOf(checkOf(quiet, columnsOf(world(draws, 1000, { fewRed: true }))), "colour")).toBe("drift");
  });
  test("categories that the reference never had are drift by unseen values", () => {
    const rows = world(draws, 1000);
    rows.colour = categorical(Array.from({ length: 1000 }, (_, row) => (row % 5 === 0 ? "violet" : "red")));
    const { tests } = checkOf(quiet, columnsOf(rows)).features[3];
    expect(tests.find(({ kind }) => kind === "unseen")?.status).toBe("drift");
  });
  test("what is certain but too small to matter is ok, and says so", () => {
    const check = checkOf(quiet, columnsOf(world(new Draws(9), 2800, { shift: 0.09 })), {
      policy: { falseIncidentsPerMonth: { drift: 10, warning: 14 } },
    });
    const amount = check.features[0];
    expect(amount.tests[0].pSampling).toBeLessThan(0.05);
    expect(amount.verdict).toMatchObject({ status: "ok" });
  });
});

describe("a verdict is", () => {
  const draws = new Draws(11);
  test("insufficient below fifty rows, however different they are", () => {
    const check = checkOf(quiet, columnsOf(world(draws, 49, { shift: 3 })));
    expect(check.status).toBe("insufficient");
    expect(checkOf(quiet, columnsOf(world(draws, 50, { shift: 3 }))).status).toBe("drift");
  });
  test("insufficient while the window is open, with its scores shown", () => {
    const check = checkOf(quiet, columnsOf(world(draws, 1000, { shift: 1 })), { complete: false });
    expect(check).toMatchObject({ status: "insufficient", complete: false });
    expect(check.features[0].scores.ks?.statistic).toBeGreaterThan(0.3);
  });
  test("insufficient where only a larger shift than half the distribution would have shown", () => {
    const check = checkOf(quiet, columnsOf(world(draws, 60)), { policy: { maximumDetectable: 0.1 } });
    expect(check.features[0].verdict).toMatchObject({ status: "insufficient" });
    expect(check.features[0].verdict.detectable?.gap).toBeGreaterThan(0.1);
  });
  test("warning between the gates", () => {
    const check = checkOf(quiet, columnsOf(world(new Draws(3), 2000, { shift: 0.2 })));
    expect(statusOf(check, "amount")).toBe("warning");
  });
  test("error for a feature that cannot be computed, alone", () => {
    const broken = structuredClone(quiet);
    broken.features[0].nulls.ad = [];
    const check = checkOf(broken, columnsOf(world(draws, 1000)));
    expect(check.features[0].verdict.status).toBe("error");
    expect(check).toMatchObject({ status: "ok", errors: 1 });
    expect(check.reason).toMatch(/1 could not be evaluated/);
  });
  test("the same, to the bit, wherever it is computed again", () => {
    const columns = columnsOf(world(draws, 300, { shift: 0.1 }));
    expect(checkOf(quiet, columns)).toEqual(checkOf(quiet, columns));
  });
  test("silent about a muted feature, which leaves the family too", () => {
    const columns = columnsOf(world(draws, 1000, { shift: 1 }));
    const check = checkOf(quiet, columns, { policy: { features: { amount: { muted: true } } } });
    expect(check.status).toBe("ok");
    // Its drift, and what is out of range.
    expect(check.family.size).toBe(checkOf(quiet, columns).family.size - 2);
    expect(check.features[0].tests[0].pValue).toBeLessThan(1e-6);
  });
  test.each(["ks", "psi", "js", "wasserstein"] as const)(
    "found by %s too, when that is chosen to decide",
    (method) => {
      const policy = { features: { amount: { method } } };
      const drifted = checkOf(quiet, columnsOf(world(draws, 1000, { shift: 0.7 })), { policy });
      expect(drifted.features[0].verdict).toMatchObject({ status: "drift", method });
      expect(checkOf(quiet, columnsOf(world(draws, 1000)), { policy }).status).toBe("ok");
    },
  );
});

describe("rows that are not independent", () => {
  /** Every day has a mood of its own that all its rows share. */
  function moods(draws: Draws, days: number, perDay: number): Record<string, Column> {
    const values: number[] = [];
    const weekday: string[] = [];
    for (let day = 0; day < days; day++) {
      const mood = 0.2 * draws.normal();
      for (let row = 0; row < perDay; row++) {
        values.push(mood + draws.normal());
        weekday.push(`day ${day % 7}`);
      }
    }
    return { mood: numeric(values), weekday: categorical(weekday) };
  }
  const both = [feature("mood", "numeric"), feature("weekday", "categorical")];

  test("days that differ by nature do not alarm, nor does a weekday that is one value all day", async () => {
    let loud = 0;
    let bySamplingAlone = 0;
    const [references, windows] = [6, 20];
    for (let seed = 1; seed <= references; seed++) {
      const draws = new Draws(seed);
      const reference = await referenceOf(both, columnsOf(moods(draws, 28, 1000), 1000));
      for (let window = 0; window < windows; window++) {
        const check = checkOf(reference, columnsOf(moods(draws, 1, 1000)), { window });
        if (check.status === "drift" || check.status === "warning") loud++;
        if (check.features[0].tests[0].pSampling < 0.0033) bySamplingAlone++;
      }
    }
    // Sampling alone would cry wolf on most days: the test means something.
    expect(bySamplingAlone).toBeGreaterThan(0.3 * references * windows);
    expect(loud).toBeLessThanOrEqual(mostAllowed(references * windows, 0.0333));
  });
  test("without enough days the gates double, and the verdict says what it assumes", async () => {
    const reference = await referenceOf(both, columnsOf(moods(new Draws(1), 10, 1000), 1000));
    expect(reference.chunks).toBeNull();
    const { tests, verdict } = checkOf(reference, columnsOf(moods(new Draws(2), 1, 1000))).features[0];
    expect(tests[0]).toMatchObject({ pChunk: null, gate: { warning: 0.1, drift: 0.2 } });
    expect(verdict.marks).toContain("assumes-independent-rows");
  });
});

describe("inputs that break others", () => {
  const odd = ["constant", "missing", "huge", "infinite", "ids"] as const;
  function oddRows(rows: number, first: number): Record<string, Column> {
    const each = (value: (row: number) => number): Column =>
      numeric(Array.from({ length: rows }, (_, row) => value(row)));
    return {
      constant: each(() => 7),
      missing: each(() => NaN),
      huge: each((row) => (row % 2 === 0 ? 1e308 : -1e308) * (1 - (row % 997) / 1e4)),
      infinite: each((row) => (row % 3 === 0 ? Infinity : row % 101)),
      ids: categorical(Array.from({ length: rows }, (_, row) => `id-${first + row}`)),
    };
  }
  test("each gets a verdict of its own, and an error never becomes ok", async () => {
    const reference = await referenceOf(
      odd.map((name) => feature(name, name === "ids" ? "categorical" : "numeric")),
      columnsOf(oddRows(28 * 300, 0), 300),
    );
    const check = checkOf(reference, columnsOf(oddRows(300, 1_000_000)));
    expect(statusOf(check, "constant")).toBe("ok");
    expect(statusOf(check, "missing")).toBe("insufficient");
    expect(statusOf(check, "infinite")).toBe("ok");
    // Every value of the reference stands alone: that the window's are new as well says nothing.
    expect(statusOf(check, "ids")).toBe("insufficient");
    expect(statusOf(check, "huge")).not.toBe("drift");
    expect(JSON.stringify(check)).not.toMatch(/null,"effect|NaN|Infinity/);
  });
  test("rare categories that a small reference missed are no drift, a new common one is", async () => {
    const draws = new Draws(11);
    // Zipf: the fiftieth category has one row in two hundred.
    const zipf = (rows: number, extra = 0): Column =>
      categorical(
        Array.from({ length: rows }, () =>
          draws.uniform() < extra ? "new" : `c${Math.floor(50 ** draws.uniform())}`,
        ),
      );
    let loud = 0;
    for (let each = 0; each < 20; each++) {
      const reference = await referenceOf([feature("x", "categorical")], columnsOf({ x: zipf(150) }));
      for (let window = 0; window < 10; window++)
        loud += checkOf(reference, columnsOf({ x: zipf(1000) }), { window }).status === "ok" ? 0 : 1;
    }
    expect(loud).toBeLessThanOrEqual(mostAllowed(200, 1 / 30));
    const reference = await referenceOf([feature("x", "categorical")], columnsOf({ x: zipf(1500) }));
    const check = checkOf(reference, columnsOf({ x: zipf(1000, 0.1) }));
    expect(check.features[0].verdict).toMatchObject({ status: "drift", kind: "unseen" });
  });
  test("an empty window is insufficient", () => {
    expect(checkOf(quiet, columnsOf(world(new Draws(1), 0))).status).toBe("insufficient");
  });
  test("a window counted in another reference's cells is refused", () => {
    const counts = new Float64Array(3);
    expect(() => checkOf(quiet, columnsOf(world(new Draws(4), 50)), { counts })).toThrow(RangeError);
  });
});
