/** Maximum mean discrepancy from mergeable sums: against the exact one, under no drift, and under drift of every kind. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import {
  type FourierModel,
  fourierMmd,
  fourierSums,
  learnFourier,
  mergeFourierSums,
  withoutFourierSums,
} from "#core/methods/multivariate/fourier-mmd.ts";
import { learnFeatures, standardisedFeatures } from "#core/methods/multivariate/encoded-columns.ts";
import { mmd } from "#core/methods/multivariate/mmd.ts";
import { kernels } from "./comparison.ts";
import { categorical, Draws, numeric } from "./synthetic.ts";

type Columns = Map<string, Column>;

/** Three columns of which the first two go together. */
function normals(seed: number, rows: number, correlation = 0.6, shift = 0): Columns {
  const draws = new Draws(seed);
  const [x, y, z] = [0, 1, 2].map(() => new Float64Array(rows));
  for (let row = 0; row < rows; row++) {
    x[row] = draws.normal();
    y[row] = correlation * x[row] + Math.sqrt(1 - correlation * correlation) * draws.normal() + shift;
    z[row] = draws.normal();
  }
  return new Map(Object.entries({ x, y, z }).map(([name, values]) => [name, numeric(values)]));
}

const rowsOf = (reference: Columns, columns: Columns): Float64Array[] => {
  const data = standardisedFeatures(learnFeatures(reference), columns);
  return Array.from(data[0], (_, row) => Float64Array.from(data, (column) => column[row]));
};

describe.each(kernels)("the discrepancy from sums, with the $name kernel", (kernel) => {
  const at = (model: FourierModel, columns: Columns) =>
    fourierMmd(kernel, model, fourierSums(kernel, model, columns));

  it("comes to the exact one as frequencies are added, within the error that it names", () => {
    const [reference, window] = [normals(1, 120), normals(2, 80, -0.6)];
    const exact = mmd(kernel, rowsOf(reference, reference), rowsOf(reference, window));
    const errors = [16, 256, 4096].map((frequencies) => {
      const model = learnFourier(kernel, reference, { seed: 7, frequencies, bandwidth: exact.bandwidth });
      const found = at(model, window);
      expect(Math.abs(found.unbiased - exact.unbiased)).toBeLessThan(4 * found.approximationError);
      expect(found.statistic - found.unbiased).toBeCloseTo(exact.biased - exact.unbiased, 2);
      return found.approximationError;
    });
    // By the root of the number: 16 times as many frequencies, a quarter of the error, give or take.
    expect(errors[1] / errors[0]).toBeLessThan(0.4);
    expect(errors[2] / errors[1]).toBeLessThan(0.4);
  });

  it("is the exact one on average over seeds", () => {
    const [reference, window] = [normals(3, 40), normals(4, 30, -0.9)];
    const exact = mmd(kernel, rowsOf(reference, reference), rowsOf(reference, window));
    const seeds = 400;
    const found = Array.from({ length: seeds }, (_, seed) =>
      at(learnFourier(kernel, reference, { seed, frequencies: 8, bandwidth: exact.bandwidth }), window),
    ).map(({ unbiased }) => unbiased);
    const mean = found.reduce((sum, value) => sum + value, 0) / seeds;
    const spread = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / seeds);
    expect(Math.abs(mean - exact.unbiased)).toBeLessThan((4 * spread) / Math.sqrt(seeds));
  });

  it("alarms about as often as it says when nothing changed, and always when relations broke", () => {
    const model = learnFourier(kernel, normals(5, 4000), { seed: 1 });
    const windows = 300;
    const pValues = Array.from(
      { length: windows },
      (_, seed) => at(model, normals(1000 + seed, 100)).pValue ?? NaN,
    );
    const below = (level: number): number => pValues.filter((p) => p < level).length;
    // 99.9 % of draws of a binomial share lie within these.
    expect(below(0.05)).toBeLessThan(30);
    expect(below(0.5)).toBeGreaterThan(115);
    expect(below(0.5)).toBeLessThan(185);
    for (const window of [normals(9, 300, -0.6), normals(9, 300, 0.6, 0.6)])
      expect(at(model, window).pValue).toBeLessThan(1e-4);
  });

  it("adds, merges and takes away exactly", () => {
    const model = learnFourier(kernel, normals(6, 200), { seed: 2, frequencies: 4 });
    const piece = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(piece, piece, piece, (...pieces) => {
        const [a, b, c] = pieces.map(([seed, rows]) => fourierSums(kernel, model, normals(seed, rows)));
        const all = mergeFourierSums(mergeFourierSums(a, b), c);
        expect(mergeFourierSums(a, mergeFourierSums(c, b))).toEqual(all);
        expect(withoutFourierSums(all, c)).toEqual(mergeFourierSums(b, a));
      }),
      { numRuns: 50 },
    );
  });

  it("has a model that survives JSON, and bounds around the statistic", () => {
    const model = learnFourier(kernel, normals(8, 300), { seed: 3 });
    const window = normals(9, 50, 0, 0.3);
    const found = at(model, window);
    expect(at(JSON.parse(JSON.stringify(model)) as FourierModel, window)).toEqual(found);
    expect(found.low).toBeLessThanOrEqual(found.statistic);
    expect(found.high).toBeGreaterThanOrEqual(found.statistic);
    expect(found.effect).toBeLessThan(Math.SQRT2);
  });

  it("says nothing where nothing can be said", () => {
    const odd = fc.oneof(
      fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
      fc.double({ min: -10, max: 10 }),
    );
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 8 }), fc.array(odd, { maxLength: 8 }), (r, c) => {
        const columns = (values: number[]): Columns =>
          new Map([
            ["x", numeric(values)],
            ["constant", numeric(values.map(() => 3))],
            ["k", categorical(values.map((value) => (value > 0 ? "a" : null)))],
          ]);
        const model = learnFourier(kernel, columns(r), { seed: 4, frequencies: 4 });
        const { statistic, pValue } = at(model, columns(c));
        if (r.length === 0 || c.length === 0) expect(statistic).toBeNaN();
        if (Number.isNaN(statistic)) expect(pValue).toBeNull();
        else expect(statistic).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 200 },
    );
    const model = learnFourier(kernel, normals(8, 30), { seed: 3 });
    expect(() => fourierSums(kernel, model, new Map())).toThrow(RangeError);
    expect(() => learnFourier(kernel, normals(8, 30), { seed: 3, frequencies: 0 })).toThrow(RangeError);
    expect(at(model, normals(1, 1)).unbiased).toBeNaN();
  });
});
