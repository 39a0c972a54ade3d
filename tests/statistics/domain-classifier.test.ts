/** A classifier that tells reference from window: chance where nothing changed, and any change that trees can see. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import { domainClassifier } from "#core/methods/multivariate/domain-classifier.ts";
import { kernels } from "./comparison.ts";
import { categorical, Draws, numeric } from "./synthetic.ts";

type Columns = Map<string, Column>;

/** Two numeric columns that go together, some values missing, and a category. */
function rowsOf(
  seed: number,
  rows: number,
  { correlation = 0.7, missing = 0.1, category = "b" } = {},
): Columns {
  const draws = new Draws(seed);
  const [x, y] = [0, 1].map(() => new Float64Array(rows));
  const k: string[] = [];
  for (let row = 0; row < rows; row++) {
    const z = draws.normal();
    x[row] = draws.uniform() < missing ? NaN : z;
    y[row] = correlation * z + Math.sqrt(1 - correlation * correlation) * draws.normal();
    k.push(draws.uniform() < 0.4 ? category : "a");
  }
  return new Map<string, Column>([
    ["x", numeric(x)],
    ["y", numeric(y)],
    ["k", categorical(k)],
  ]);
}

describe.each(kernels)("the domain classifier, with the $name kernel", (kernel) => {
  it("alarms no more often than it says when nothing changed", () => {
    const runs = 60;
    const found = Array.from({ length: runs }, (_, seed) =>
      domainClassifier(kernel, rowsOf(seed, 200), rowsOf(5000 + seed, 100), { seed }),
    );
    // 99.9 % of draws of a binomial share lie below these.
    expect(found.filter(({ pValue }) => (pValue ?? 0) < 0.05).length).toBeLessThan(10);
    expect(found.filter(({ pValue }) => (pValue ?? 0) < 0.5).length).toBeGreaterThan(17);
    expect(found.filter(({ pValue }) => (pValue ?? 0) < 0.5).length).toBeLessThan(43);
    const mean = found.reduce((sum, { statistic }) => sum + statistic, 0) / runs;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
    for (const { statistic, low, high } of found) {
      expect(low).toBeLessThan(statistic);
      expect(high).toBeGreaterThan(statistic);
    }
  });

  it.each([
    ["a broken relation", { correlation: -0.7 }],
    ["more missing values", { missing: 0.5 }],
    ["a new category", { category: "c" }],
  ])("sees %s", (_, change) => {
    const { statistic, pValue, effect } = domainClassifier(kernel, rowsOf(1, 1000), rowsOf(2, 500, change), {
      seed: 1,
    });
    expect(statistic).toBeGreaterThan(0.6);
    expect(pValue).toBeLessThan(1e-5);
    expect(effect).toBeCloseTo(2 * statistic - 1, 12);
  });

  it("is 1 where every row gives itself away, and the same for the same seed", () => {
    const at = (from: number): Columns =>
      new Map([["x", numeric(Array.from({ length: 60 }, (_, i) => from + (i % 10)))]]);
    const found = domainClassifier(kernel, at(0), at(1000), { seed: 3 });
    expect(found).toMatchObject({ statistic: 1, effect: 1, areas: [1, 1, 1, 1, 1] });
    expect(domainClassifier(kernel, at(0), at(1000), { seed: 3 })).toEqual(found);
  });

  it("does not mind the order of columns where no two are worth the same, nor a monotone change", () => {
    const [r, c] = [rowsOf(4, 300), rowsOf(5, 150, { correlation: 0 })];
    const bent = (columns: Columns): Columns =>
      new Map(
        [...columns].map(([name, column]): [string, Column] => [
          name,
          column.kind === "numeric" ? numeric(column.values.map((x) => Math.exp(x))) : column,
        ]),
      );
    expect(domainClassifier(kernel, bent(r), bent(c), { seed: 1 })).toEqual(
      domainClassifier(kernel, r, c, { seed: 1 }),
    );
    const backwards = (columns: Columns): Columns => new Map([...columns].reverse());
    expect(domainClassifier(kernel, backwards(r), backwards(c), { seed: 1 }).statistic).toBeCloseTo(
      domainClassifier(kernel, r, c, { seed: 1 }).statistic,
      1,
    );
  });

  it("says nothing where nothing can be said", () => {
    const odd = fc.oneof(
      fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
      fc.double({ min: -10, max: 10 }),
    );
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 30 }), fc.array(odd, { maxLength: 30 }), (r, c) => {
        const columns = (values: number[]): Columns =>
          new Map<string, Column>([
            ["x", numeric(values)],
            ["constant", numeric(values.map(() => 3))],
            ["k", categorical(values.map((value) => (value > 0 ? "a" : null)))],
          ]);
        const { statistic, pValue } = domainClassifier(kernel, columns(r), columns(c), { seed: 4 });
        if (r.length < 10 || c.length < 10) {
          expect(statistic).toBeNaN();
          expect(pValue).toBeNull();
        } else {
          expect(statistic).toBeGreaterThanOrEqual(0);
          expect(statistic).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 100 },
    );
    const same = new Map([["x", numeric(new Float64Array(40).fill(2))]]);
    expect(domainClassifier(kernel, same, same, { seed: 1 })).toMatchObject({ statistic: 0.5, pValue: 1 });
    expect(domainClassifier(kernel, new Map(), new Map(), { seed: 1 }).statistic).toBeNaN();
    expect(() => domainClassifier(kernel, rowsOf(1, 20), new Map(), { seed: 1 })).toThrow(RangeError);
    expect(() => domainClassifier(kernel, same, same, { seed: 1, folds: 1 })).toThrow(RangeError);
  });
});
