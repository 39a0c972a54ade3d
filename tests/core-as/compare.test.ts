import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compare, comparisonJson, type CompareInput } from "#core/compare/compare.ts";
import { profileOf } from "#core/compare/profile.ts";
import { verifyComparison } from "#core/compare/verify.ts";
import { type Column, type Columns, selectRows } from "#core/domain/columns.ts";
import { Comparison, comparisonJsonSchema } from "#core/domain/comparison.ts";
import { Reference } from "#core/domain/reference.ts";
import { buildReference } from "#core/reference/build.ts";
import { twin as plainKernel } from "#core/twin/twin.ts";
import { inRoot } from "../../scripts/paths.ts";
import { categorical, columnsOf, Draws, feature, numeric, sha256 } from "../statistics/synthetic.ts";
import { kernel } from "./kernels.ts";

const platform = { sha256 };
const features = [
  feature("amount", "numeric"),
  feature("visits", "numeric"),
  feature("city", "categorical"),
  feature("member", "boolean"),
];

interface Told {
  rows: number;
  seed: number;
  shift?: number;
  perDay?: number;
  missing?: number;
  cities?: string[];
}

function tableOf({
  rows,
  seed,
  shift = 0,
  perDay,
  missing = 0,
  cities = ["Bern", "Lyon", "Turin"],
}: Told): Columns {
  const draws = new Draws(seed);
  const each = <T>(make: (row: number) => T): T[] => Array.from({ length: rows }, (_, row) => make(row));
  const columns: Record<string, Column> = {
    amount: numeric(each(() => (draws.uniform() < missing ? NaN : draws.normal() + shift))),
    visits: numeric(each(() => Math.floor(draws.uniform() * 6))),
    city: categorical(each(() => cities[Math.floor(draws.uniform() * cities.length)])),
    member: {
      kind: "categorical",
      dictionary: ["false", "true"],
      codes: Int32Array.from(each(() => Number(draws.uniform() < 0.3))),
    },
  };
  return columnsOf(columns, perDay);
}

const run = (
  given: Partial<CompareInput> & Pick<CompareInput, "reference" | "current">,
): Promise<Comparison> => compare(kernel, { features, ...given }, platform);

const reference = tableOf({ rows: 3000, seed: 1 });
const calm = tableOf({ rows: 1500, seed: 2 });
const moved = tableOf({ rows: 1500, seed: 3, shift: 0.8 });
const named = (comparison: Comparison, name: string): Comparison["features"][number] => {
  const found = comparison.features.find((one) => one.name === name);
  if (!found) throw new Error(`no feature ${name}`);
  return found;
};

function shuffled(columns: Columns, seed: number): Columns {
  const draws = new Draws(seed);
  const order = Array.from({ length: columns.rows }, (_, row) => ({ row, key: draws.uniform() }));
  return selectRows(
    columns,
    Int32Array.from(
      order.sort((a, b) => a.key - b.key),
      ({ row }) => row,
    ),
  );
}

describe("compare", () => {
  test("finds what moved and says so in words", async () => {
    const found = await run({ reference, current: moved });
    expect(found.verdict.status).toBe("drift");
    expect(found.verdict.worst).toBe("amount");
    const amount = named(found, "amount");
    expect(amount.verdict.status).toBe("drift");
    expect(amount.change).toMatch(/^(mean|median) .* → .* \(up 0\.[678]\d? sd\)$/);
    expect(amount.scores.ks.on).toBe("rows");
    expect(named(found, "city").verdict.status).toBe("ok");
    expect(found.nulls.sentence).toMatch(/^Assumes independent rows/);
    expect(amount.verdict.marks).toContain("assumes-independent-rows");
  });

  test("is ok where nothing moved, and says what it would have seen", async () => {
    const found = await run({ reference, current: calm });
    expect(found.verdict).toMatchObject({ status: "ok", drifted: 0, warned: 0, compared: 4 });
    for (const { verdict } of found.features) expect(verdict.detectable?.gap).toBeGreaterThan(0);
  });

  test("answers a document of its schema, unchanged by reading it", async () => {
    const timed = { rows: 2000, perDay: 100 };
    const found = await run({
      reference: tableOf({ ...timed, seed: 5 }),
      current: tableOf({ ...timed, seed: 6, cities: ["Bern", "Lyon", "Oslo"], missing: 0.4 }),
      options: { segment: "member", by: "week", compat: "evidently" },
    });
    const read: unknown = JSON.parse(comparisonJson(found));
    expect(Comparison.parse(read)).toEqual(read);
    expect(read).toEqual(found);
    expect(found.nulls.chunks).toEqual({ count: 20, periodMs: 86_400_000 });
    expect(found.segments?.values.map(({ value }) => value)).toEqual(["false", "true"]);
    expect(found.series?.periods.length).toBe(3);
    expect(named(found, "city").change).toContain("Oslo");
    expect(named(found, "amount").change).toMatch(/^missing 0 % → [34]\d %$/);
  });

  test("has a JSON Schema in the documents that is the code's", () => {
    const stored: unknown = JSON.parse(readFileSync(inRoot("docs", "mdt-comparison-1.schema.json"), "utf8"));
    // Otherwise: node scripts/print-comparison-schema.ts
    expect(stored).toEqual(JSON.parse(JSON.stringify(comparisonJsonSchema())));
  });

  test("two equal files are ok, whatever is in them", async () => {
    const value = fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, 5e-324, 1e308, Infinity));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { minLength: 1, maxLength: 120 }), async (values) => {
        const columns = columnsOf({
          x: numeric(values),
          c: categorical(values.map((one) => (one > 1 ? String(one) : null))),
        });
        const found = await run({
          ...{ reference: columns, current: columns },
          features: [feature("x", "numeric"), feature("c", "categorical")],
        });
        expect(found.verdict.status).toMatch(/^(ok|insufficient)$/);
        expect(Comparison.parse(JSON.parse(comparisonJson(found)))).toEqual(found);
      }),
      { numRuns: 60, examples: [[[1e308, -7.976931348623158e307]]] },
    );
  });

  test("a copy of mostly different values is no drift for having no new ones", async () => {
    const columns = columnsOf({
      c: categorical(Array.from({ length: 400 }, (_, i) => `v${Math.min(i, 300)}`)),
    });
    const found = await run({
      reference: columns,
      current: columns,
      features: [feature("c", "categorical")],
    });
    expect(found.verdict.status).toBe("ok");
  });

  test("the order of rows changes nothing", async () => {
    const timed = tableOf({ rows: 3000, seed: 7, perDay: 150 });
    const window = tableOf({ rows: 900, seed: 8, shift: 0.3, perDay: 150 });
    const options = { segment: "city", by: "day" } as const;
    const straight = await run({ reference: timed, current: window, options });
    const mixed = await run({ reference: shuffled(timed, 1), current: shuffled(window, 2), options });
    expect(comparisonJson(mixed)).toBe(comparisonJson(straight));
  });

  test("the twin agrees with the compiled kernel", async () => {
    const [wasm, twin] = await Promise.all(
      [kernel, plainKernel].map((one) => compare(one, { reference, current: moved, features }, platform)),
    );
    wasm.features.forEach((one, index) => {
      const other = twin.features[index];
      expect(other.verdict.status).toBe(one.verdict.status);
      expect(other.change).toBe(one.change);
      for (const [method, { statistic }] of Object.entries(one.scores))
        if (statistic !== null) expect(other.scores[method].statistic ?? NaN).toBeCloseTo(statistic, 10);
    });
  });

  test("a profile gives the verdict of the rows that it was made of", async () => {
    const profile = await profileOf(kernel, reference, features, platform);
    const stored = Reference.parse(JSON.parse(JSON.stringify(profile)));
    const [byRows, byProfile] = [
      await run({ reference, current: moved }),
      await run({ reference: stored, current: moved, options: { segment: "city", compat: "nannyml" } }),
    ];
    expect(byProfile.features.map(({ verdict }) => verdict)).toEqual(
      byRows.features.map(({ verdict }) => verdict),
    );
    expect(named(byProfile, "amount").scores.ks.on).toBe("cells");
    expect(byProfile.notices.map(({ kind }) => kind)).toEqual(["segment", "compat"]);
  });

  test("a monitor's profile by the hour has no null for files", async () => {
    const hourly = await buildReference(
      kernel,
      { features, columns: tableOf({ rows: 9600, seed: 12, perDay: 480 }), periodMs: 3_600_000, seed: 1 },
      sha256,
    );
    expect(hourly.chunks?.starts.length).toBeGreaterThan(400);
    const found = await run({ reference: hourly, current: calm });
    expect(found.nulls.sentence).toMatch(/^Assumes independent rows/);
    for (const { tests } of found.features) for (const { pChunk } of tests) expect(pChunk).toBeNull();
  });

  test("a column that is gone, or of another kind, fails alone and loudly", async () => {
    const without = {
      ...calm,
      columns: new Map(calm.columns).set("visits", categorical(Array.from({ length: 1500 }, () => "x"))),
    };
    without.columns.delete("city");
    const found = await run({ reference, current: without });
    expect(named(found, "city").verdict).toMatchObject({ status: "drift", kind: "missing" });
    expect(named(found, "city").change).toBe("not in the current file");
    expect(named(found, "visits").verdict.status).toBe("drift");
    expect(named(found, "amount").verdict.status).toBe("ok");
    expect(found.notices.map(({ kind, column }) => [kind, column])).toEqual([
      ["did-not-fit", "visits"],
      ["only-in-reference", "city"],
    ]);
  });

  test("too few rows are insufficient, none in the reference a problem", async () => {
    const few = await run({
      reference,
      current: selectRows(
        moved,
        Int32Array.from({ length: 30 }, (_, i) => i),
      ),
    });
    expect(few.verdict.status).toBe("insufficient");
    const none = selectRows(reference, new Int32Array());
    await expect(run({ reference: none, current: calm })).rejects.toThrow("at least one row");
    expect((await run({ reference, current: none })).verdict.status).toBe("insufficient");
    await expect(run({ reference, current: calm, options: { level: 0 } })).rejects.toThrow("level");
    await expect(run({ reference, current: calm, options: { by: "day" } })).rejects.toThrow("--time");
    await expect(run({ reference, current: calm, options: { segment: "nowhere" } })).rejects.toThrow(
      "nowhere",
    );
  });
});

describe("verify", () => {
  const timed = { rows: 2000, perDay: 100 };
  test("computes every verdict again, bit for bit", async () => {
    const found = await run({
      reference: tableOf({ ...timed, seed: 9 }),
      current: tableOf({ ...timed, seed: 10, shift: 0.4 }),
      options: { segment: "city", by: "day" },
    });
    const read = Comparison.parse(JSON.parse(comparisonJson(found)));
    const { same, steps } = await verifyComparison(kernel, read, sha256);
    expect(steps.filter((step) => !step.same)).toEqual([]);
    expect(same).toBe(true);
    expect(new Set(steps.map(({ step }) => step)).size).toBe(7);
    expect(new Set(steps.map(({ part }) => part)).size).toBe(1 + 3 + 20);
  });

  test("names what was tampered with", async () => {
    const found = await run({ reference, current: moved });
    const differing = async (change: (comparison: Comparison) => void): Promise<string[]> => {
      const copy = Comparison.parse(JSON.parse(comparisonJson(found)));
      change(copy);
      const { steps } = await verifyComparison(kernel, copy, sha256);
      return steps.filter(({ same }) => !same).map(({ step, what }) => `${step}: ${what}`);
    };
    expect(await differing(({ features: [amount] }) => (amount.verdict.status = "ok"))).toEqual([
      "decision: verdict",
    ]);
    expect(await differing(({ evidence }) => (evidence.reference.features[0].counts[0] += 1))).toContain(
      "reference: content address",
    );
    expect(await differing(({ evidence }) => (evidence.counts[3] += 5))).toContain("counts: current values");
    expect(await differing(({ features: [amount] }) => (amount.tests[0].pSampling /= 2))).toEqual([
      "nulls: drift: p by sampling",
    ]);
  });
});

describe("performance", () => {
  const scored = (rows: number, seed: number, wrong: number, labelled: boolean): Columns => {
    const draws = new Draws(seed);
    const scores = Array.from({ length: rows }, () => draws.uniform());
    const labels = scores.map((score) =>
      Number(draws.uniform() < (draws.uniform() < wrong ? 1 - score : score)),
    );
    return columnsOf({
      score: numeric(scores),
      ...(labelled ? { bought: numeric(labels) } : {}),
    });
  };
  const options = { target: "bought", score: "score" };
  const only = [feature("score", "numeric")];

  test("is realised on both sides where there are labels", async () => {
    const found = await run({
      ...{
        reference: scored(4000, 1, 0, true),
        current: scored(4000, 2, 0.5, true),
        features: only,
        options,
      },
    });
    expect(found.performance?.realised.current?.rows).toBe(4000);
    expect(found.performance?.changed).toContainEqual({ metric: "rocAuc", better: false });
    expect(found.performance?.positive).toBe("1");
  });

  test("is estimated where there are none", async () => {
    const found = await run({
      ...{ reference: scored(4000, 1, 0, true), current: scored(4000, 2, 0, false), features: only, options },
    });
    expect(found.performance?.realised.current).toBeNull();
    expect(found.performance?.estimated?.metrics.rocAuc?.value).toBeCloseTo(5 / 6, 1);
    expect(found.performance?.assumptions.join()).toContain("no concept drift");
  });

  const prices = (rows: number, seed: number, error: number, labelled: boolean): Columns => {
    const draws = new Draws(seed);
    const age = Array.from({ length: rows }, () => draws.uniform() * 10);
    return columnsOf({
      age: numeric(age),
      estimate: numeric(age.map((one) => 100 - 5 * one)),
      ...(labelled
        ? { price: numeric(age.map((one) => 100 - 5 * one + (error + one) * draws.normal())) }
        : {}),
    });
  };
  const priced = {
    features: [feature("age", "numeric"), feature("estimate", "numeric")],
    options: { target: "price", prediction: "estimate" },
  };

  test("of a regression is realised, or estimated", async () => {
    const worse = await run({
      reference: prices(3000, 1, 0, true),
      current: prices(3000, 2, 5, true),
      ...priced,
    });
    expect(worse.performance?.kind).toBe("regression");
    expect(worse.performance?.changed).toContainEqual({ metric: "mae", better: false });
    const unknown = await run({
      reference: prices(3000, 1, 0, true),
      current: prices(3000, 3, 0, false),
      ...priced,
    });
    const mae = unknown.performance?.estimated?.metrics.mae?.value ?? NaN;
    // E|age·Z| = 5·√(2/π)
    expect(Math.abs(mae - 3.99)).toBeLessThan(0.3);
    expect(unknown.performance?.assumptions.length).toBe(1);
  });

  test("asks where it cannot know", async () => {
    const colours = columnsOf({
      seen: categorical(["red", "blue", "red"]),
      said: categorical(["red", "red", "blue"]),
    });
    const asked = { reference: colours, current: colours, features: [feature("seen", "categorical")] };
    await expect(run({ ...asked, options: { target: "seen" } })).rejects.toThrow("--prediction");
    await expect(run({ ...asked, options: { target: "seen", prediction: "said" } })).rejects.toThrow(
      "--positive",
    );
    const found = await run({ ...asked, options: { target: "seen", prediction: "said", positive: "red" } });
    expect(found.performance?.realised.current?.metrics.accuracy?.value).toBeCloseTo(1 / 3, 12);
  });
});
