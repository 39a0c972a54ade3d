/** Laws of the tests on numeric samples, and what they answer where there is no answer. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { andersonDarlingOnSamples } from "#core/methods/numeric/anderson-darling.ts";
import { anova } from "#core/methods/numeric/anova.ts";
import { brownForsythe } from "#core/methods/numeric/brown-forsythe.ts";
import { cramerVonMisesOnCounts, cramerVonMisesOnSamples } from "#core/methods/numeric/cramer-von-mises.ts";
import { energyOnCounts, energyOnSamples } from "#core/methods/numeric/energy.ts";
import { eppsSingleton } from "#core/methods/numeric/epps-singleton.ts";
import { exactTwoSampleSf } from "#core/methods/numeric/kolmogorov-two-sample.ts";
import { kolmogorovExactSf } from "#core/methods/numeric/kolmogorov-exact.ts";
import { kruskalOnCounts, kruskalOnSamples } from "#core/methods/numeric/kruskal.ts";
import { ksOnSamples } from "#core/methods/numeric/ks.ts";
import { mannWhitneyOnCounts, mannWhitneyOnSamples } from "#core/methods/numeric/mann-whitney.ts";
import { type Sample, sampleOf } from "#core/methods/numeric/sample.ts";
import { tTestOnMoments, tTestOnSamples } from "#core/methods/numeric/t-test.ts";
import { wassersteinOnCounts, wassersteinOnSamples } from "#core/methods/numeric/wasserstein.ts";
import type { Result } from "#core/methods/result.ts";
import { awkward } from "../core-as/seeded.ts";
import { kernels } from "./comparison.ts";

const some = fc.array(fc.integer({ min: -6, max: 6 }), { minLength: 2, maxLength: 25 });
const anything = fc.array(fc.oneof(fc.constantFrom(...awkward), fc.double()), { maxLength: 30 });

describe.each(kernels)("tests on numeric samples, with the $name kernel", (kernel) => {
  const of = (values: readonly number[]): Sample => sampleOf(kernel, Float64Array.from(values));
  const all: Record<string, (r: Sample, c: Sample) => Result> = {
    ks: (r, c) => ksOnSamples(kernel, r, c),
    ksExact: (r, c) => ksOnSamples(kernel, r, c, "exact"),
    ksAsymptotic: (r, c) => ksOnSamples(kernel, r, c, "asymptotic"),
    ad: (r, c) => andersonDarlingOnSamples(kernel, [r.sorted, c.sorted]),
    adRight: (r, c) => andersonDarlingOnSamples(kernel, [r.sorted, c.sorted], "right"),
    cvm: (r, c) => cramerVonMisesOnSamples(kernel, r, c, "asymptotic"),
    energy: (r, c) => energyOnSamples(r, c),
    wasserstein: (r, c) => wassersteinOnSamples(kernel, r, c),
    welch: (r, c) => tTestOnSamples(kernel, r, c),
    student: (r, c) => tTestOnSamples(kernel, r, c, "student"),
    brownForsythe: (r, c) => brownForsythe(kernel, r, c),
    eppsSingleton: (r, c) => eppsSingleton(kernel, r, c),
    mannWhitney: (r, c) => mannWhitneyOnSamples(kernel, r, c),
    kruskal: (r, c) => kruskalOnSamples(kernel, [r.sorted, c.sorted]),
    anova: (r, c) => anova(kernel, [r.sorted, c.sorted]),
  };

  it.each(Object.keys(all))("%s takes anything, and says nothing where there is nothing to say", (name) => {
    fc.assert(
      fc.property(anything, anything, (left, right) => {
        const { statistic, pValue, low, high } = all[name](of(left), of(right));
        expect(pValue === null || (pValue >= 0 && pValue <= 1)).toBe(true);
        if (Number.isNaN(statistic)) expect([pValue, low, high]).toEqual([null, null, null]);
        if (!left.some(Number.isFinite) || !right.some(Number.isFinite)) expect(statistic).toBeNaN();
      }),
      { numRuns: 200 },
    );
  });

  it.each(["ks", "ad", "cvm", "energy", "wasserstein", "brownForsythe", "kruskal", "mannWhitney", "welch"])(
    "%s does not care which sample comes first, nor in what order its rows do",
    (name) => {
      fc.assert(
        fc.property(some, some, (left, right) => {
          const [there, back] = [
            all[name](of(left), of(right)),
            all[name](of(right), of([...left].reverse())),
          ];
          if (there.pValue === null) expect(back.pValue).toBeNull();
          else expect(back.pValue).toBeCloseTo(there.pValue, 9);
          if (there.pValue === null && !Number.isNaN(there.statistic))
            expect(back.statistic).toBeCloseTo(there.statistic, 9);
        }),
        { numRuns: 100 },
      );
    },
  );

  it("are the same on counts where a cell is one value", () => {
    const values = Array.from({ length: 13 }, (_, i) => i - 6);
    const widths = new Float64Array(12).fill(1);
    const counted = (sample: readonly number[]): Float64Array =>
      Float64Array.from(values, (value) => sample.filter((one) => one === value).length);
    fc.assert(
      fc.property(some, some, (left, right) => {
        const [r, c, a, b] = [of(left), of(right), counted(left), counted(right)];
        const same = (onCounts: Result, onSamples: Result): void => {
          if (Number.isNaN(onSamples.statistic)) expect(onCounts.statistic).toBeNaN();
          else expect(onCounts.statistic).toBeCloseTo(onSamples.statistic, 9);
          if (onSamples.pValue === null) expect(onCounts.pValue).toBeNull();
          else expect(onCounts.pValue).toBeCloseTo(onSamples.pValue, 9);
        };
        const statistics = (onCounts: Result, onSamples: Result): void =>
          expect(onCounts.statistic).toBeCloseTo(onSamples.statistic, 9);
        same(mannWhitneyOnCounts(kernel, a, b), mannWhitneyOnSamples(kernel, r, c, "continuity"));
        same(kruskalOnCounts(kernel, [a, b]), kruskalOnSamples(kernel, [r.sorted, c.sorted]));
        same(cramerVonMisesOnCounts(kernel, a, b), cramerVonMisesOnSamples(kernel, r, c, "asymptotic"));
        statistics(energyOnCounts(kernel, a, b, widths), energyOnSamples(r, c));
        statistics(wassersteinOnCounts(kernel, a, b, widths, 1), wassersteinOnSamples(kernel, r, c));
      }),
      { numRuns: 100 },
    );
  });

  it("count the paths of two small samples as writing them all down does", () => {
    // Every order of n and m values: the gap of each, from the bits of a mask.
    const gaps = (n: number, m: number): number[] =>
      Array.from({ length: 1 << (n + m) }, (_, mask) => mask)
        .filter((mask) => mask.toString(2).replaceAll("0", "").length === n)
        .map((mask) => {
          let [i, j, gap] = [0, 0, 0];
          for (let bit = 0; bit < n + m; bit++) {
            if ((mask >> bit) & 1) i++;
            else j++;
            gap = Math.max(gap, Math.abs(i / n - j / m));
          }
          return gap;
        });
    for (const [n, m] of [
      [1, 1],
      [1, 4],
      [3, 5],
      [4, 6],
      [5, 5],
    ]) {
      const every = gaps(n, m);
      for (const gap of new Set(every)) {
        const expected = every.filter((one) => one >= gap - 1e-12).length / every.length;
        expect(exactTwoSampleSf(kernel, gap, n, m)).toBeCloseTo(expected, 12);
      }
    }
  });

  it("fall with the gap, from one to nought, in every region of the one-sample law", () => {
    for (const n of [1, 2, 10, 140, 141, 1000, 60_000]) {
      let before = 1;
      for (let step = 0; step <= 200; step++) {
        // Dense where the law bends, then out to the end.
        const d = step <= 150 ? (step / 50 / Math.sqrt(n)) % 1 : 0;
        if (d === 0) continue;
        const p = kolmogorovExactSf(kernel, d, n);
        if (step > 0 && d > (step - 1) / 50 / Math.sqrt(n) - 1e-12)
          expect(p).toBeLessThanOrEqual(before + 1e-9);
        before = p;
      }
      expect(kolmogorovExactSf(kernel, 1, n)).toBe(0);
    }
  });

  it("compare moments as they compare samples", () => {
    const student = tTestOnMoments(
      kernel,
      { count: 5, mean: 10, variance: 2.5 },
      { count: 7, mean: 12, variance: 4 },
      "student",
    );
    // Checked by hand: pooled variance (4·2.5 + 6·4)/10 = 3.4; t = −2/√(3.4·(1/5 + 1/7)).
    expect(student).toMatchObject({ dof: 10, difference: -2 });
    expect(student.statistic).toBeCloseTo(-2 / Math.sqrt(3.4 * (1 / 5 + 1 / 7)), 12);
    expect(student.low).toBeLessThan(-2);
    expect(student.high).toBeGreaterThan(-2);
  });
});
