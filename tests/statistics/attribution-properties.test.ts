import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attributionDrift, meanAbsoluteAttributions } from "#core/methods/attribution-drift.ts";
import { attributeJs, attributePsi, type Attribution } from "#core/methods/counts/attribution.ts";
import { js } from "#core/methods/counts/js.ts";
import { psi } from "#core/methods/counts/psi.ts";
import { correlation, rankByImportance, rankByPerformance } from "#core/methods/ranking.ts";
import { Comparison, kernels } from "./comparison.ts";

const pairs = fc.array(fc.tuple(fc.nat(5000), fc.nat(5000)), { minLength: 1, maxLength: 40 });
const smoothing = fc.constantFrom(
  { kind: "add", amount: 0.5 } as const,
  { kind: "floor", amount: 1e-4, renormalise: false } as const,
  { kind: "floor", amount: 0.01, renormalise: true } as const,
);
const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, -1, 0.5, 1e308, 5e-324, Number.MAX_SAFE_INTEGER);

describe.each(kernels)("where a change comes from, by the $name kernel", (kernel) => {
  const sides = (counts: [number, number][]) => ({
    a: Float64Array.from(counts, ([count]) => count),
    c: Float64Array.from(counts, ([, count]) => count),
  });

  const isWhole = ({ whole, cells }: Attribution, expected: number): void => {
    expect(Math.abs(whole - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, expected));
    expect(cells.reduce((sum, cell) => sum + cell.contribution, 0)).toBeCloseTo(whole, 12);
    if (whole > 0) expect(cells.reduce((sum, cell) => sum + cell.share, 0)).toBeCloseTo(1, 12);
    cells.slice(1).forEach((cell, i) => expect(cell.contribution).toBeLessThanOrEqual(cells[i].contribution));
    for (const cell of cells) expect(cell.contribution).toBeGreaterThanOrEqual(0);
  };

  it("the parts of PSI and of the Jensen–Shannon divergence add up to the whole", () => {
    fc.assert(
      fc.property(pairs, smoothing, (counts, how) => {
        const { a, c } = sides(counts);
        const expected = psi(kernel, a, c, how).statistic;
        if (Number.isNaN(expected)) {
          expect(attributePsi(kernel, a, c, how).cells).toEqual([]);
          return;
        }
        isWhole(attributePsi(kernel, a, c, how), expected);
        isWhole(attributeJs(kernel, a, c), js(kernel, a, c).statistic ** 2);
      }),
    );
  });

  it("the parts do not depend on the order of the cells", () => {
    fc.assert(
      fc.property(pairs, (counts) => {
        const [there, back] = [sides(counts), sides([...counts].reverse())];
        const parts = ({ cells }: Attribution) => cells.map((cell) => cell.contribution);
        const turned = attributeJs(kernel, back.a, back.c);
        expect(parts(turned)).toEqual(parts(attributeJs(kernel, there.a, there.c)));
      }),
    );
  });

  it("a cell that nothing happened to has no part, and the one that changed has the most", () => {
    const [a, c] = [Float64Array.of(100, 200, 0, 700), Float64Array.of(100, 700, 0, 200)];
    const { cells } = attributeJs(kernel, a, c);
    expect(cells.map(({ cell, contribution }) => [cell, contribution > 0])).toEqual([
      [1, true],
      [3, true],
      [0, false],
    ]);
    expect(cells[0].change).toBeCloseTo(0.5, 14);
  });

  it("odd counts have no parts and never throw", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 6 }), (counts) => {
        const { a, c } = sides(counts);
        for (const found of [attributePsi(kernel, a, c), attributeJs(kernel, a, c)])
          if (counts.flat().some((count) => !(count >= 0 && Number.isSafeInteger(count))))
            expect(found).toEqual({ whole: NaN, cells: [] });
      }),
    );
  });
});

describe.each(kernels)("ranking of features, by the $name kernel", (kernel) => {
  it("takes drift times importance, the unknown last", () => {
    const ranked = rankByImportance([
      { name: "unknown", drift: NaN, importance: 5 },
      { name: "drifted, unused", drift: 0.9, importance: 0.01 },
      { name: "used, stable", drift: 0, importance: 10 },
      { name: "both", drift: 0.3, importance: 2 },
    ]);
    expect(ranked.map(({ name }) => name)).toEqual(["both", "drifted, unused", "used, stable", "unknown"]);
    expect(ranked[0].share).toBeCloseTo(0.6 / 0.609, 14);
    expect(ranked[3].score).toBeNaN();
  });

  it("finds SciPy's correlation, p-value and interval", () => {
    const x = Float64Array.of(0.02, 0.05, 0.01, 0.3, NaN, 0.25, 0.4, 0.35);
    const y = Float64Array.of(0.001, 0.004, 0.006, 0.05, 1, 0.02, 0.08, 0.03);
    const found = correlation(kernel, x, y);
    const comparison = new Comparison("values of scipy.stats.pearsonr");
    const check = (name: string, actual: number | null, expected: number): void =>
      comparison.check(name, actual ?? NaN, expected, { relative: 1e-9 });
    check("r", found.statistic, 0.8686850073663973);
    check("p", found.pValue, 0.011168209155582419);
    check("low", found.low, 0.33434633987968826);
    check("high", found.high, 0.9803967144376805);
    expect(found.chunks).toBe(7);
    comparison.finish(kernel.name);
  });

  it("puts the feature first whose drift goes along with the change of performance", () => {
    const performance = Float64Array.of(0.9, 0.91, 0.89, 0.8, 0.7, 0.75);
    const drifts = new Map([
      ["constant", new Float64Array(6).fill(0.1)],
      ["opposite", Float64Array.of(0.9, 0.8, 0.85, 0.3, 0.1, 0.2)],
      ["along", Float64Array.of(0.01, 0.02, 0.01, 0.2, 0.4, 0.3)],
    ]);
    const ranked = rankByPerformance(kernel, performance, 0.9, drifts);
    expect(ranked.map(({ name }) => name)).toEqual(["along", "opposite", "constant"]);
    expect(ranked[0].statistic).toBeGreaterThan(0.95);
    expect(ranked[2]).toMatchObject({ statistic: NaN, pValue: null });
  });

  it("correlations are symmetric, within their bounds, and blind to shift and scale", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 20 }), (points) => {
        const [x, y] = [0, 1].map((side) => Float64Array.from(points, (point) => point[side]));
        const found = correlation(kernel, x, y);
        const turned = correlation(kernel, y, x);
        expect(Number.isNaN(found.statistic)).toBe(Number.isNaN(turned.statistic));
        if (Number.isNaN(found.statistic)) return;
        expect(turned.statistic).toBeCloseTo(found.statistic, 12);
        expect(Math.abs(found.statistic)).toBeLessThanOrEqual(1);
        if (found.low !== null && found.high !== null) {
          expect(found.low).toBeLessThanOrEqual(found.statistic + 1e-12);
          expect(found.high).toBeGreaterThanOrEqual(found.statistic - 1e-12);
        }
        expect(
          correlation(
            kernel,
            x.map((v) => -2 * v),
            y,
          ).statistic,
        ).toBeCloseTo(-found.statistic, 12);
      }),
    );
  });

  it("odd series never throw and never correlate beyond 1", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 8 }), (points) => {
        const [x, y] = [0, 1].map((side) => Float64Array.from(points, (point) => point[side]));
        const { statistic } = correlation(kernel, x, y);
        expect(Number.isNaN(statistic) || Math.abs(statistic) <= 1).toBe(true);
        rankByImportance(points.map(([drift, importance]) => ({ name: "x", drift, importance })));
      }),
    );
  });
});

describe.each(kernels)("attribution drift, by the $name kernel", (kernel) => {
  it("is the example of three features that turn their order around", () => {
    const found = attributionDrift(kernel, Float64Array.of(0.7, 0.5, 0.05), Float64Array.of(0.1, 0.2, 0.7));
    // (0.05 + 0.5/log2 3 + 0.7/2) / (0.7 + 0.5/log2 3 + 0.05/2)
    const middle = 0.5 / Math.log2(3);
    expect(found.statistic).toBeCloseTo((0.4 + middle) / (0.725 + middle), 14);
    expect(found.drifted).toBe(true);
  });

  it("lets features that tie in the window share their places", () => {
    const found = attributionDrift(
      kernel,
      Float64Array.of(0.7, 0.5, 0.05, 0.3),
      Float64Array.of(0.2, 0.2, 0.7, 0.2),
    );
    // The three that tie gain 0.5 on average, at the places 2, 3 and 4.
    const place = (i: number): number => 1 / Math.log2(i + 1);
    const gain = 0.05 + 0.5 * (place(2) + place(3) + place(4));
    const best = 0.7 + 0.5 * place(2) + 0.3 * place(3) + 0.05 * place(4);
    expect(found.statistic).toBeCloseTo(gain / best, 13);
    expect(found.effect).toBeCloseTo(1 - gain / best, 13);
  });

  // From 1e-300 on, so that a change of unit loses no digits.
  const gain = fc.oneof(fc.constant(0), fc.double({ min: 1e-300, max: 1e300, noNaN: true }));
  const attributions = fc.array(fc.tuple(gain, fc.constantFrom(0, 1, 2, 3, 1e308)), {
    minLength: 1,
    maxLength: 12,
  });

  it("is 1 for an unchanged order, at most 1 for any, and blind to the order of features and the unit", () => {
    fc.assert(
      fc.property(attributions, (features) => {
        const [reference, current] = [0, 1].map((side) => Float64Array.from(features, (each) => each[side]));
        const found = attributionDrift(kernel, reference, current).statistic;
        if (reference.every((value) => value === 0)) {
          expect(found).toBeNaN();
          return;
        }
        expect(attributionDrift(kernel, reference, reference).statistic).toBe(1);
        expect(found).toBeGreaterThan(0);
        expect(found).toBeLessThanOrEqual(1);
        const turned = attributionDrift(kernel, reference.slice().reverse(), current.slice().reverse());
        expect(turned.statistic).toBeCloseTo(found, 12);
        const scaled = attributionDrift(
          kernel,
          reference.map((v) => v / 8),
          current.map((v) => v / 8),
        );
        expect(scaled.statistic).toBeCloseTo(found, 12);
      }),
    );
  });

  it("has no answer where an attribution is missing or negative, or where none is above 0", () => {
    for (const value of [NaN, Infinity, -1])
      for (const [r, c] of [
        [value, 1],
        [1, value],
      ])
        expect(attributionDrift(kernel, Float64Array.of(1, r), Float64Array.of(1, c))).toMatchObject({
          statistic: NaN,
          drifted: false,
        });
    expect(attributionDrift(kernel, new Float64Array(3), Float64Array.of(1, 2, 3)).statistic).toBeNaN();
    expect(attributionDrift(kernel, new Float64Array(0), new Float64Array(0)).statistic).toBeNaN();
    expect(() => attributionDrift(kernel, new Float64Array(1), new Float64Array(2))).toThrow(RangeError);
  });
});

it("mean absolute attributions skip what is missing and do not overflow", () => {
  const rows = Float64Array.of(1, -1e308, NaN, -3, 1e308, NaN);
  const means = meanAbsoluteAttributions(rows, 3);
  expect([...means]).toEqual([2, 1e308, NaN]);
  expect(() => meanAbsoluteAttributions(rows, 4)).toThrow(RangeError);
});
