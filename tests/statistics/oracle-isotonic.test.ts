import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  calibrationCounts,
  fitIsotonic,
  isotonicAt,
  mergeCalibration,
} from "#core/methods/estimation/isotonic.ts";
import { Comparison, kernels } from "./comparison.ts";
import { present, readOracle } from "./reference-data.ts";

interface Case {
  id: string;
  x: number[];
  y: number[];
  weight: number[] | null;
  query: number[];
  expected: number[];
  knots_x: number[];
  knots_y: number[];
}

const tolerance = { relative: 1e-9, absolute: 1e-14 };
const labelled = fc.array(
  fc.record({ x: fc.integer({ min: 0, max: 20 }), y: fc.integer({ min: 0, max: 1 }) }),
  { maxLength: 60 },
);

describe.each(kernels)("isotonic regression, by the $name kernel", (kernel) => {
  const countsOf = (rows: { x: number; y: number }[]): ReturnType<typeof calibrationCounts> =>
    calibrationCounts(
      kernel,
      Float64Array.from(rows, ({ x }) => x / 20),
      rows.map(({ y }) => y),
    );

  it("is what scikit-learn finds, knots and all", () => {
    const comparison = new Comparison("isotonic");
    for (const { id, x, y, weight, query, expected, knots_x, knots_y } of present
      ? readOracle<{ cases: Case[] }>("isotonic").cases
      : []) {
      const weights = weight ? Float64Array.from(weight) : undefined;
      const map = fitIsotonic(calibrationCounts(kernel, Float64Array.from(x), y, weights));
      query.forEach((at, i) =>
        comparison.check(`${id} at ${at}`, isotonicAt(map, at), expected[i], tolerance),
      );
      expect([...map.x], id).toEqual(knots_x);
      knots_y.forEach((knot, i) => comparison.check(`${id} knot ${i}`, map.y[i], knot, tolerance));
    }
    comparison.finish(kernel.name);
  });

  it("pools what violates the order: 1 3 2 4 becomes 1 2½ 2½ 4", () => {
    const map = fitIsotonic(calibrationCounts(kernel, Float64Array.of(1, 2, 3, 4), [1, 3, 2, 4]));
    expect([...map.x]).toEqual([1, 2, 3, 4]);
    expect([...map.y]).toEqual([1, 2.5, 2.5, 4]);
    expect([0, 1.5, 2.5, 3.5, 9].map((x) => isotonicAt(map, x))).toEqual([1, 1.75, 2.5, 3.25, 4]);
  });

  it("never falls, keeps the mean of its labels, and is the closest such function (min-max formula)", () => {
    fc.assert(
      fc.property(labelled, (rows) => {
        const counts = countsOf(rows);
        const map = fitIsotonic(counts);
        const fitted = Array.from(counts.x, (x) => isotonicAt(map, x));
        let [labels, together] = [0, 0];
        fitted.forEach((value, i) => {
          if (i > 0) expect(value).toBeGreaterThanOrEqual(fitted[i - 1] - 1e-12);
          labels += counts.sum[i];
          together += counts.weight[i] * value;
          // Robertson, Wright and Dykstra 1988: max over starts ≤ i of the min over ends ≥ i of the means between.
          let greatest = -Infinity;
          for (let from = 0; from <= i; from++) {
            let [mass, sum, least] = [0, 0, Infinity];
            for (let to = from; to < fitted.length; to++) {
              mass += counts.weight[to];
              sum += counts.sum[to];
              if (to >= i) least = Math.min(least, sum / mass);
            }
            greatest = Math.max(greatest, least);
          }
          expect(value).toBeCloseTo(greatest, 12);
        });
        expect(together).toBeCloseTo(labels, 10);
      }),
    );
  });

  it("does not depend on the order of rows, nor on whether they were counted apart and merged", () => {
    fc.assert(
      fc.property(labelled, labelled, (a, b) => {
        const whole = fitIsotonic(countsOf([...a, ...b]));
        expect(fitIsotonic(countsOf([...b, ...a].reverse()))).toEqual(whole);
        expect(fitIsotonic(mergeCalibration(kernel, countsOf(a), countsOf(b)))).toEqual(whole);
        expect(fitIsotonic(mergeCalibration(kernel, countsOf(b), countsOf(a)))).toEqual(whole);
      }),
    );
  });

  it("answers odd rows with NaN or a value between the labels, and throws for lengths that differ only", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, 1e308, -1e308, 5e-324, 0.3, 0.7);
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd, odd), { maxLength: 12 }), odd, (rows, at) => {
        const map = fitIsotonic(
          calibrationCounts(
            kernel,
            Float64Array.from(rows, ([x]) => x),
            rows.map(([, y]) => y),
            Float64Array.from(rows, ([, , weight]) => weight),
          ),
        );
        const value = isotonicAt(map, at);
        if (map.x.length === 0 || Number.isNaN(at)) expect(value).toBeNaN();
        else expect(Number.isFinite(value)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(isotonicAt(fitIsotonic(countsOf([])), 0.5)).toBeNaN();
    expect(() => calibrationCounts(kernel, Float64Array.of(1), [])).toThrow(RangeError);
  });
});
