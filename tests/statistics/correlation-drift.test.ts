/** Correlations of reference and window: exact sums, a level that holds for features that are not normal, and broken relations. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Column } from "#core/domain/columns.ts";
import {
  correlationDrift,
  correlationMoments,
  learnCorrelations,
} from "#core/methods/multivariate/correlation-drift.ts";
import {
  correlationOf,
  mergePairMoments,
  withoutPairMoments,
} from "#core/methods/multivariate/pair-moments.ts";
import { kernels } from "./comparison.ts";
import { categorical, Draws, numeric } from "./synthetic.ts";

type Columns = Map<string, Column>;

/** Four columns; x and y go together, `shape` bends each. */
function rowsOf(seed: number, rows: number, correlation = 0.6, shape = (z: number): number => z): Columns {
  const draws = new Draws(seed);
  const values = ["x", "y", "z", "w"].map((name) => [name, new Float64Array(rows)] as const);
  for (let row = 0; row < rows; row++) {
    const normals = values.map(() => draws.normal());
    normals[1] = correlation * normals[0] + Math.sqrt(1 - correlation * correlation) * normals[1];
    normals.forEach((normal, i) => (values[i][1][row] = shape(normal)));
  }
  return new Map(values.map(([name, column]) => [name, numeric(column)]));
}
const valuesOf = (columns: Columns, name: string): number[] => {
  const column = columns.get(name);
  return column?.kind === "numeric" ? [...column.values] : [];
};

function pearson(x: number[], y: number[]): number {
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = (a: number[], ma: number, b: number[], mb: number): number =>
    mean(a.map((value, i) => (value - ma) * (b[i] - mb)));
  return (
    covariance(x, meanX, y, meanY) /
    Math.sqrt(covariance(x, meanX, x, meanX) * covariance(y, meanY, y, meanY))
  );
}

describe.each(kernels)("correlation drift, with the $name kernel", (kernel) => {
  it("has Pearson's correlations and Fisher's test where features are normal", () => {
    const [reference, window] = [rowsOf(1, 4000), rowsOf(2, 200, 0.3)];
    const model = learnCorrelations(kernel, reference);
    const { pairs, effect } = correlationDrift(kernel, model, correlationMoments(model, window));
    expect(pairs).toHaveLength(6);
    for (const {
      features: [a, b],
      reference: before,
      current,
      pValue,
    } of pairs) {
      expect(before).toBeCloseTo(pearson(valuesOf(reference, a), valuesOf(reference, b)), 4);
      expect(current).toBeCloseTo(pearson(valuesOf(window, a), valuesOf(window, b)), 4);
      // The textbook's variance of z; here it is estimated, so the deviation is as close as that.
      const gap = Math.atanh(before) - Math.atanh(current);
      const textbook = Math.abs(gap) / Math.sqrt(1 / 3997 + 1 / 197);
      const found = -kernel.normalPpf((pValue ?? NaN) / 2);
      expect(found).toBeGreaterThan(textbook * 0.85 - 0.1);
      expect(found).toBeLessThan(textbook * 1.15 + 0.1);
    }
    expect(pairs[0].features).toEqual(["x", "y"]);
    expect(effect).toBeCloseTo(Math.abs(pairs[0].reference - pairs[0].current), 12);
  });

  const shapes = {
    normal: (z: number): number => z,
    lognormal: (z: number): number => Math.exp(z),
    whole: (z: number): number => Math.round(z),
  };
  it.each(Object.entries(shapes))(
    "alarms about as often as it says when nothing changed: %s features",
    (_, shape) => {
      const model = learnCorrelations(kernel, rowsOf(5, 4000, 0.6, shape));
      const windows = 400;
      const found = Array.from({ length: windows }, (_, seed) =>
        correlationDrift(kernel, model, correlationMoments(model, rowsOf(1000 + seed, 120, 0.6, shape))),
      );
      const below = (level: number): number => found.filter(({ pValue }) => (pValue ?? 1) < level).length;
      // 99.9 % of draws of a binomial share lie within these; the reference adds to it.
      expect(below(0.05)).toBeLessThan(40);
      expect(below(0.5)).toBeGreaterThan(150);
      expect(below(0.5)).toBeLessThan(250);
      const ofPairs = found.flatMap(({ pairs }) => pairs.map(({ pValue }) => pValue ?? 1));
      const share = ofPairs.filter((p) => p < 0.05).length / ofPairs.length;
      expect(share).toBeGreaterThan(0.025);
      expect(share).toBeLessThan(0.075);
    },
  );

  it("finds a broken relation and says between which features, whatever their level", () => {
    const model = learnCorrelations(kernel, rowsOf(5, 4000));
    const moved = new Map(
      [...rowsOf(9, 200, 0)].map(([name]): [string, Column] => [
        name,
        numeric(valuesOf(rowsOf(9, 200, 0), name).map((value) => value / 2 + 1)),
      ]),
    );
    const { pValue, pairs } = correlationDrift(kernel, model, correlationMoments(model, moved));
    expect(pValue).toBeLessThan(1e-6);
    expect(pairs[0].features).toEqual(["x", "y"]);
    // Level and scale are other tests' business.
    const same = new Map(
      ["x", "y", "z", "w"].map((name): [string, Column] => [
        name,
        numeric(valuesOf(rowsOf(9, 200), name).map((value) => value / 2 + 1)),
      ]),
    );
    expect(correlationDrift(kernel, model, correlationMoments(model, same)).pValue).toBeGreaterThan(0.001);
  });

  it("takes an exact relation for certain, but not from one row", () => {
    const x = valuesOf(rowsOf(3, 500), "x");
    const pair = (y: number[]): Columns => new Map(Object.entries({ x: numeric(x), y: numeric(y) }));
    const doubled = x.map((value) => 2 * value);
    const model = learnCorrelations(kernel, pair(doubled));
    const at = (y: number[]) => correlationDrift(kernel, model, correlationMoments(model, pair(y)));
    expect(at(doubled).pValue).toBeGreaterThan(0.9);
    expect(at(doubled.map((value, row) => (row === 7 ? value + 0.1 : value))).pValue).toBeGreaterThan(0.5);
    expect(at(doubled.map((value, row) => (row % 3 === 0 ? -value : value))).pValue).toBeLessThan(1e-9);
  });

  it("adds, merges and takes away exactly, in any order of rows", () => {
    const model = learnCorrelations(kernel, rowsOf(6, 200));
    const piece = fc.tuple(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(piece, piece, piece, (...pieces) => {
        const [a, b, c] = pieces.map(([seed, rows]) => correlationMoments(model, rowsOf(seed, rows)));
        const all = mergePairMoments(mergePairMoments(a, b), c);
        expect(mergePairMoments(a, mergePairMoments(c, b))).toEqual(all);
        expect(withoutPairMoments(all, c)).toEqual(mergePairMoments(b, a));
      }),
      { numRuns: 50 },
    );
    const window = rowsOf(7, 40);
    const reversed = new Map(
      [...window.keys()].map((name): [string, Column] => [name, numeric(valuesOf(window, name).reverse())]),
    );
    expect(correlationMoments(model, reversed)).toEqual(correlationMoments(model, window));
  });

  it("leaves rows without a value out of that pair only", () => {
    const columns: Columns = new Map([
      ["a", numeric([1, 2, 3, 4, NaN, 6])],
      ["b", numeric([2, 1, 4, 3, 6, 5])],
      ["k", categorical(["u", null, "v", "v", "u", "v"])],
    ]);
    const model = learnCorrelations(kernel, columns);
    expect(model.reference.rows).toEqual([5, 4, 5]);
    expect(correlationOf(model.reference, 0)).toBeCloseTo(pearson([1, 2, 3, 4, 6], [2, 1, 4, 3, 5]), 3);
  });

  it("says nothing where nothing can be said", () => {
    const odd = fc.oneof(
      fc.constantFrom(NaN, Infinity, -Infinity, -0, 1e308, -1e308, 5e-324),
      fc.double({ min: -10, max: 10 }),
    );
    const columns = (values: number[]): Columns =>
      new Map([
        ["x", numeric(values)],
        ["y", numeric([...values].reverse())],
        ["constant", numeric(values.map(() => 3))],
        ["k", categorical(values.map((value) => (value > 0 ? "a" : value < -5 ? "b" : null)))],
      ]);
    fc.assert(
      fc.property(fc.array(odd, { maxLength: 12 }), fc.array(odd, { maxLength: 12 }), (r, c) => {
        const model = learnCorrelations(kernel, columns(r));
        const found = correlationDrift(kernel, model, correlationMoments(model, columns(c)));
        expect(found.pairs).toHaveLength(6);
        for (const { features, pValue } of found.pairs)
          if (features.includes("constant")) expect(pValue).toBeNull();
        if (r.length < 4 || c.length < 4) expect(found.statistic).toBeNaN();
        if (Number.isNaN(found.statistic)) expect(found.pValue).toBeNull();
      }),
      { numRuns: 200 },
    );
    const one = learnCorrelations(kernel, new Map([["x", numeric([1, 2, 3])]]));
    expect(correlationDrift(kernel, one, one.reference).statistic).toBeNaN();
    expect(() => correlationMoments(one, new Map())).toThrow(RangeError);
    expect(() => correlationDrift(kernel, one, learnCorrelations(kernel, columns([1, 2])).reference)).toThrow(
      RangeError,
    );
  });
});
