import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { medianAbsoluteError } from "#core/methods/performance/median-error.ts";
import { regressionMeasures, regressionMetrics } from "#core/methods/performance/regression.ts";
import { mergeRegressionSums, regressionSumsOf } from "#core/methods/performance/regression-sums.ts";
import { randomSource } from "#core/methods/seeded-random.ts";
import { kernels } from "./comparison.ts";

/** Eighths: sums of them are exact, so that what merges can be compared closely. */
const value = fc.integer({ min: -800, max: 800 }).map((k) => k / 8);
const rows = fc.array(fc.tuple(value, value), { maxLength: 50 });
const positiveRows = fc.array(fc.tuple(fc.nat(1000), fc.nat(1000)), { minLength: 2, maxLength: 50 });
const labelsOf = (each: [number, number][]): Float64Array => Float64Array.from(each, ([label]) => label);
const predictionsOf = (each: [number, number][]): Float64Array => Float64Array.from(each, ([, x]) => x);

describe.each(kernels)("measures of a regression, by the $name kernel", (kernel) => {
  const sumsOf = (each: [number, number][], origin = 0) =>
    regressionSumsOf(kernel, labelsOf(each), predictionsOf(each), origin);

  it("of two windows merge into those of all rows, in either order", () => {
    fc.assert(
      fc.property(rows, rows, (a, b) => {
        const merged = mergeRegressionSums(sumsOf(a), sumsOf(b));
        expect(mergeRegressionSums(sumsOf(b), sumsOf(a))).toEqual(merged);
        const whole = sumsOf([...a, ...b]);
        for (const count of ["missing", "zeroLabels", "negative", "largest"] as const)
          expect(merged[count]).toBe(whole[count]);
        const [found, expected] = [regressionMeasures(kernel, merged), regressionMeasures(kernel, whole)];
        for (const metric of regressionMetrics)
          for (const field of ["statistic", "low", "high"] as const)
            // The bounds of R² are compared below: its standard error can be all rounding.
            if (metric !== "r2" || field === "statistic")
              close(found[metric][field], expected[metric][field]);
      }),
    );
    expect(() => mergeRegressionSums(sumsOf([], 0), sumsOf([], 1))).toThrow(RangeError);
  });

  it("the error of R² is what single rows move it by", () => {
    fc.assert(
      fc.property(positiveRows, (each) => {
        const { r2 } = regressionMeasures(kernel, sumsOf(each, each[0][0]));
        if (Number.isNaN(r2.statistic)) return;
        const weighted = (moved: number, weight: number): number => {
          const weights = each.map((_, i) => (i === moved ? weight : 1));
          const total = weights.reduce((sum, w) => sum + w, 0);
          const average = (of: (row: [number, number]) => number): number =>
            each.reduce((sum, row, i) => sum + weights[i] * of(row), 0) / total;
          const centre = average(([label]) => label);
          return 1 - average(([y, x]) => (y - x) ** 2) / average(([y]) => (y - centre) ** 2);
        };
        const step = 1e-4;
        const slopes = each.map((_, i) => (weighted(i, 1 + step) - weighted(i, 1 - step)) / (2 * step));
        const error = Math.sqrt(slopes.reduce((sum, slope) => sum + slope * slope, 0));
        expect(Math.abs(r2.standardError - error)).toBeLessThan(1e-5 * (1 + error + Math.abs(r2.statistic)));
      }),
      { numRuns: 60 },
    );
  });

  it("scale with the labels, and stay in their ranges", () => {
    fc.assert(
      fc.property(positiveRows, (each) => {
        const found = regressionMeasures(kernel, sumsOf(each));
        const doubled = regressionMeasures(
          kernel,
          sumsOf(each.map(([y, x]): [number, number] => [2 * y, 2 * x])),
        );
        for (const metric of ["mae", "rmse", "bias", "maxError"] as const)
          close(doubled[metric].statistic, 2 * found[metric].statistic);
        for (const metric of ["mape", "smape", "r2", "explainedVariance"] as const)
          close(doubled[metric].statistic, found[metric].statistic);
        expect(found.mae.statistic).toBeLessThanOrEqual(found.rmse.statistic + 1e-9);
        expect(found.rmse.statistic).toBeLessThanOrEqual(found.maxError.statistic + 1e-9);
        expect(found.smape.statistic).toBeLessThanOrEqual(2 + 1e-12);
        if (!Number.isNaN(found.r2.statistic))
          expect(found.r2.statistic).toBeLessThanOrEqual(found.explainedVariance.statistic + 1e-9);
        const median = medianAbsoluteError(kernel, labelsOf(each), predictionsOf(each));
        expect(median.statistic).toBeLessThanOrEqual(found.maxError.statistic);
        expect(median.low === null).toBe(each.length < 6);
      }),
    );
  });

  it("intervals hold their level", () => {
    const random = randomSource(kernel, 7);
    const held = { mae: 0, rmse: 0, r2: 0, bias: 0, median: 0 };
    const draws = 500;
    for (let draw = 0; draw < draws; draw++) {
      const each = Array.from({ length: 80 }, (): [number, number] => {
        const label = 10 + 2 * random.normal();
        return [label, label + random.normal()];
      });
      // |normal| has mean √(2/π) and median Φ⁻¹(¾); R² is 1 − 1/4.
      const { mae, rmse, r2, bias } = regressionMeasures(kernel, sumsOf(each, 10));
      held.mae += Number(mae.low! <= Math.sqrt(2 / Math.PI) && Math.sqrt(2 / Math.PI) <= mae.high!);
      held.rmse += Number(rmse.low! <= 1 && rmse.high! >= 1);
      held.r2 += Number(r2.low! <= 0.75 && r2.high! >= 0.75);
      held.bias += Number(bias.low! <= 0 && bias.high! >= 0);
      const median = medianAbsoluteError(kernel, labelsOf(each), predictionsOf(each));
      const truth = kernel.normalPpf(0.75);
      held.median += Number(median.low! <= truth && median.high! >= truth);
    }
    for (const count of Object.values(held)) {
      expect(count / draws).toBeGreaterThan(0.91);
      expect(count / draws).toBeLessThan(0.99);
    }
  });

  it("are undefined where nothing can be said, and never throw for odd rows", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -0, 0, 1, -3, 1e308, -1e308, 5e-324, 1e154);
    fc.assert(
      fc.property(fc.array(fc.tuple(odd, odd), { maxLength: 12 }), (each) => {
        const sums = sumsOf(each);
        const kept = each.filter(([y, x]) => Number.isFinite(y) && Number.isFinite(x));
        expect(sums.missing).toBe(each.length - kept.length);
        const found = regressionMeasures(kernel, sums);
        for (const metric of regressionMetrics) {
          const { statistic, low, high } = found[metric];
          if (kept.length === 0) expect(statistic).toBeNaN();
          expect(Math.abs(statistic)).not.toBe(Infinity);
          for (const bound of [low, high]) expect(bound).not.toBeNaN();
        }
        if (kept.some(([y, x]) => y < 0 || x < 0)) expect(found.msle.statistic).toBeNaN();
        if (new Set(kept.map(([y]) => y)).size < 2) expect(found.r2.statistic).toBeNaN();
        medianAbsoluteError(kernel, labelsOf(each), predictionsOf(each));
      }),
    );
    const one = regressionMeasures(kernel, sumsOf([[2, 3]]));
    expect(one.mae).toMatchObject({ statistic: 1, low: null, high: null });
    expect(one.r2.statistic).toBeNaN();
    expect(() => regressionSumsOf(kernel, new Float64Array(1), new Float64Array(2), 0)).toThrow(RangeError);
  });
});

function close(actual: number | null, expected: number | null): void {
  if (actual === null || expected === null || Number.isNaN(expected)) expect(actual).toEqual(expected);
  else expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-7 * Math.max(1, Math.abs(expected)));
}
