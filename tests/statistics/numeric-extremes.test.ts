/** Tests on numeric samples at the ends of the doubles, and where nothing varies. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { andersonDarlingOnSamples } from "#core/methods/numeric/anderson-darling.ts";
import { anova } from "#core/methods/numeric/anova.ts";
import { brownForsythe } from "#core/methods/numeric/brown-forsythe.ts";
import { cramerVonMisesOnSamples } from "#core/methods/numeric/cramer-von-mises.ts";
import { describe as description, quantile } from "#core/methods/numeric/descriptive.ts";
import { energyOnSamples } from "#core/methods/numeric/energy.ts";
import { eppsSingleton } from "#core/methods/numeric/epps-singleton.ts";
import { ksOnSamples } from "#core/methods/numeric/ks.ts";
import { type Sample, sampleOf } from "#core/methods/numeric/sample.ts";
import { tTestOnSamples } from "#core/methods/numeric/t-test.ts";
import { kernels } from "./comparison.ts";

const some = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 3, maxLength: 20 });
/** 2^±900: exact, and squares of it are no doubles. */
const units = [8.452712498170644e270, 1.1830521861667747e-271];

describe.each(kernels)("tests on extreme samples, with the $name kernel", (kernel) => {
  const of = (values: readonly number[]): Sample => sampleOf(kernel, Float64Array.from(values));

  it("do not care for the unit, however large or small", () => {
    fc.assert(
      fc.property(some, some, fc.constantFrom(...units), (left, right, unit) => {
        const times = (values: readonly number[]): Sample => of(values.map((value) => value * unit));
        const [r, c, largeR, largeC] = [of(left), of(right), times(left), times(right)];
        for (const kind of ["welch", "student"] as const) {
          const [plain, scaled] = [
            tTestOnSamples(kernel, r, c, kind),
            tTestOnSamples(kernel, largeR, largeC, kind),
          ];
          expect(scaled).toMatchObject({ statistic: plain.statistic, pValue: plain.pValue, dof: plain.dof });
          if (plain.low !== null) expect((scaled.low ?? NaN) / unit).toBe(plain.low);
        }
        expect(anova(kernel, [largeR.sorted, largeC.sorted])).toEqual(anova(kernel, [r.sorted, c.sorted]));
        expect(brownForsythe(kernel, largeR, largeC)).toEqual(brownForsythe(kernel, r, c));
        // The distance has the root of the unit, 2^±450.
        const root = energyOnSamples(largeR, largeC).statistic / Math.sqrt(unit);
        expect(root).toBe(energyOnSamples(r, c).statistic);
      }),
      { numRuns: 60 },
    );
  });

  it("measure distances across the whole range of the doubles", () => {
    // √(2·(1e308 + 1e308/4 + 0.5e308/4)): the gap is ½ up to 0, 1 up to 1e308, ½ from there.
    const { statistic } = energyOnSamples(of([-1e308, 0]), of([1e308, 1.5e308]));
    expect(statistic / 1e154).toBeCloseTo(Math.sqrt(2 * (1 + 0.25 + 0.125)), 12);
    const widest = energyOnSamples(of([-1.5e308]), of([1.5e308])).statistic;
    expect(widest / 1e154).toBeCloseTo(Math.sqrt(6), 12);
    expect(quantile(Float64Array.of(-1.7e308, 1.7e308), 0.5)).toBe(0);
    expect(quantile(Float64Array.of(-1.7e308, 1.7e308), 0.25) / 1e308).toBeCloseTo(-0.85, 12);
    expect(description(of([-1.7e308, 1.7e308]))).toMatchObject({ median: 0, mad: 1.7e308 });
  });

  it("have no answer for samples without variance, whatever rounding leaves of their means", () => {
    for (const value of [0.1, 0.2, 0.7, 1 / 3, 1e15 / 3, 1e-9 / 7])
      for (const rows of [2, 3, 6, 7, 10, 11, 49])
        for (const factor of [1, 3]) {
          const r = of(new Array<number>(rows).fill(value));
          const c = of(new Array<number>(rows + 1).fill(value * factor));
          expect(description(r).var0).toBe(0);
          for (const { statistic, pValue } of [
            tTestOnSamples(kernel, r, c),
            tTestOnSamples(kernel, r, c, "student"),
            anova(kernel, [r.sorted, c.sorted]),
            brownForsythe(kernel, r, c),
            eppsSingleton(kernel, r, c),
          ])
            expect([statistic, pValue]).toEqual([NaN, null]);
        }
  });

  it("have no answer where there are too few values for one", () => {
    expect(andersonDarlingOnSamples(kernel, [Float64Array.of(1), Float64Array.of(2, 3)])).toMatchObject({
      statistic: NaN,
      pValue: null,
    });
    // Ties carry T past every arrangement of untied values; none of those is a p.
    const [r, c] = [of([1, 1, 1]), of([2, 2])];
    expect(cramerVonMisesOnSamples(kernel, r, c, "exact").pValue).toBeNull();
    expect(ksOnSamples(kernel, r, c, "exact").pValue).toBeCloseTo(2 / 10, 12);
    expect(cramerVonMisesOnSamples(kernel, of([1]), c)).toMatchObject({ statistic: NaN, pWithoutTies: null });
  });
});
