import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { sampleOf } from "#core/methods/numeric/sample.ts";
import { cardinality } from "#core/methods/quality/cardinality.ts";
import { independentTail } from "#core/methods/quality/independent-tail.ts";
import { meanOf } from "#core/methods/quality/mean.ts";
import { missing } from "#core/methods/quality/missing.ts";
import { outOfGivenRange, outOfReferenceRange } from "#core/methods/quality/out-of-range.ts";
import type { QualityResult } from "#core/methods/quality/quality-result.ts";
import { medianOf, quantileOf } from "#core/methods/quality/quantile.ts";
import { stdOf } from "#core/methods/quality/std.ts";
import { rowCount, sumOfPeriod } from "#core/methods/quality/totals.ts";
import { unseenOfList, unseenOfReference } from "#core/methods/quality/unseen.ts";
import { type RandomSource, randomSource } from "#core/methods/seeded-random.ts";
import { kernels } from "./comparison.ts";

const values = (...numbers: number[]): Float64Array => Float64Array.from(numbers);
const share = (successes: number, rows: number) => ({ successes, failures: rows - successes });

function close(found: QualityResult, expected: Partial<QualityResult>): void {
  for (const [name, value] of Object.entries(expected) as [keyof QualityResult, number | null][])
    if (value === null) expect([name, found[name]]).toEqual([name, null]);
    else expect(found[name]! / value, `${name}: ${found[name]}`).toBeCloseTo(1, 9);
}

describe.each(kernels)("quality of a column, by the $name kernel", (kernel) => {
  const sample = (...numbers: number[]) => sampleOf(kernel, values(...numbers));
  const reference = sample(1, 2, 4, 8, 16, 3, 5, 7);
  const current = sample(3, 5, 9, 20, 1, 6);

  // Expected numbers here by NumPy 2.4 and SciPy 1.17, as said with each.
  it("mean: ttest_ind(equal_var=False), t.isf", () => {
    close(meanOf(kernel, reference, current), {
      statistic: 7.333333333333333,
      low: 0.22603740285306806,
      high: 2 * 7.333333333333333 - 0.22603740285306806,
      samplingError: 2.764858847110363,
      pValue: 0.6372483214691337,
    });
  });

  it("std: moment(4), Bonett's interval by trim_mean, levene(center='median')", () => {
    const samplingError = 1.747564596749004;
    close(stdOf(kernel, reference, current), {
      statistic: 6.772493386240157,
      low: 2.03994299733333,
      high: 33.39220983903093,
      samplingError,
      pValue: 0.6509933893667651,
    });
  });

  it("median and quantiles: the mid-p of hypergeom, places by binom", () => {
    const median = medianOf(kernel, reference, current);
    // 5 of 8 and 3 of 6 are at most 5, the median of both; with six rows the ends are the smallest and the largest.
    close(median, { statistic: 5.5, pValue: 0.6853146853146852, low: 1, high: 20 });
    const ordered = (rows: number) =>
      sampleOf(
        kernel,
        Float64Array.from({ length: rows }, (_, i) => i + 1),
      );
    const places: [number, number, number | null, number | null][] = [
      [100, 0.5, 39, 60],
      [100, 0.1, 4, 16],
      [50, 0.9, 40, 49],
      [5, 0.5, null, null],
      [6, 0.5, 0, 5],
    ];
    for (const [rows, p, low, high] of places) {
      const found = quantileOf(kernel, reference, ordered(rows), p);
      // The value at place k is k + 1.
      expect([found.low, found.high]).toEqual([
        low === null ? null : low + 1,
        high === null ? null : high + 1,
      ]);
    }
  });

  it("rows: Garwood's interval by chi2.ppf, and a t of the reference's periods", () => {
    const ends: [number, number, number][] = [
      [0, 0, 3.6888794541139354],
      [1, 0.025317807984289876, 5.571643390938898],
      [10, 4.7953886961324335, 18.39035604201778],
      [1000, 938.9730184076952, 1063.952136016302],
    ];
    for (const [rows, low, high] of ends) {
      const found = rowCount(kernel, values(10, 12, 14), rows);
      expect(found.low).toBeCloseTo(low, 9);
      expect(found.high! / high).toBeCloseTo(1, 11);
    }
    // Periods of 80, 100 and 120 rows: s = 20 > √100, t = 60/(20·√(4/3)) with 2 degrees of freedom.
    const t = 60 / (20 * Math.sqrt(4 / 3));
    close(rowCount(kernel, values(80, 100, 120), 160), {
      statistic: 160,
      pValue: 2 * kernel.tSf(t, 2),
      effect: 0.6,
    });
    // Periods alike: the spread is that of independent rows, 103 the mean of all four.
    const floor = 12 / Math.sqrt(103 * (4 / 3));
    close(rowCount(kernel, values(100, 100, 100), 112), { pValue: 2 * kernel.tSf(floor, 2) });
    expect(rowCount(kernel, values(100), 112).assumesRandomRows).toBe(true);
    expect(rowCount(kernel, values(0, 0, 0), 5).pValue).toBeGreaterThan(0.001);
    expect(rowCount(kernel, values(), 5).pValue).toBeNull();
  });

  it("sum: its own rows for the interval, the periods for the test", () => {
    const found = sumOfPeriod(
      kernel,
      [values(1, 2, NaN), values(4, Infinity), values(2, 2)],
      values(3, 4, NaN),
    );
    const spread = Math.sqrt(((5 + 16 + 8 + 25) / 4) * (4 / 3));
    close(found, {
      statistic: 7,
      samplingError: 5,
      low: 7 - 1.959963984540054 * 5,
      pValue: 2 * kernel.tSf((7 - 11 / 3) / spread, 2),
    });
  });

  it("out of the reference's range: every order of so few rows counted", () => {
    for (const [n, m] of [
      [2, 3],
      [3, 4],
      [5, 4],
      [4, 6],
    ]) {
      const outside = orders(n + m, n).map((places) => {
        const [first, last] = [Math.min(...places), Math.max(...places)];
        return first + (n + m - 1 - last);
      });
      for (let k = 0; k <= m; k++) {
        const { pValue, statistic } = outOfReferenceRange(kernel, n, share(k, m));
        expect(pValue).toBeCloseTo(outside.filter((count) => count >= k).length / outside.length, 12);
        expect(statistic).toBeCloseTo(k / m, 12);
      }
    }
    expect(outOfReferenceRange(kernel, 1000, share(1, 1000)).pValue).toBeCloseTo(0.75, 3);
    expect(outOfReferenceRange(kernel, 1e6, share(5e5, 1e6)).pValue).toBe(0);
  });

  it("cardinality: every choice of so few rows counted", () => {
    // Pooled rows of five values: 4, 3, 2, 1, 1; windows of 5 of them.
    const rows = [0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 4];
    const met = orders(rows.length, 5).map((places) => new Set(places.map((place) => rows[place])).size);
    const mean = met.reduce((sum, count) => sum + count, 0) / met.length;
    const variance = met.reduce((sum, count) => sum + (count - mean) ** 2, 0) / met.length;
    const found = cardinality(kernel, values(2, 1, 1, 1, 1), values(2, 2, 1, 0, 0));
    expect(found.expected).toBeCloseTo(mean, 12);
    expect(found.samplingError! ** 2).toBeCloseTo(variance, 12);
    expect(found.statistic).toBe(3);
  });

  it("tails of independent events: every outcome counted", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true }), { minLength: 1, maxLength: 40 }),
        fc.nat(40),
        (chances, wanted) => {
          let distribution = [1];
          for (const chance of chances)
            distribution = [...distribution, 0].map(
              (share, k) => share * (1 - chance) + (k > 0 ? distribution[k - 1] * chance : 0),
            );
          const exact = distribution.slice(wanted).reduceRight((sum, share) => sum + share, 0);
          const found = independentTail(
            kernel,
            chances.map((chance) => ({ chance, values: 1 })),
            wanted,
          );
          if (exact === 0) expect(found).toBe(0);
          else if (exact > 1e-200) expect(found / exact).toBeCloseTo(1, 10);
        },
      ),
      { numRuns: 500 },
    );
  });

  it("tails of very many independent events: binomial", () => {
    // scipy.stats.binom.sf(k − 1, 1000, p).
    const binomial: [number, number, number][] = [
      [3, 0.001, 0.080209342840201],
      [10, 0.001, 1.074283386846483e-7],
      [60, 0.04, 0.0015153048353646844],
      [100, 0.04, 1.7997901586929792e-16],
      [505, 0.5, 0.3879817574780812],
      [560, 0.5, 8.252493527522643e-5],
      [700, 0.5, 8.832839003974784e-38],
      [990, 0.95, 2.797798561485562e-12],
      [480, 0.5, 0.9026168357691174],
    ];
    for (const [k, chance, tail] of binomial) {
      const halves = [1, 2].map(() => ({ chance, values: 500 }));
      expect(Math.abs(independentTail(kernel, halves, k) / tail - 1)).toBeLessThan(0.03);
    }
  });

  it("shares: Wilson, mid-p, and singletons for what was never seen", () => {
    const [before, now] = [share(3, 100), share(10, 100)];
    expect(missing(kernel, before, now)).toEqual(outOfGivenRange(kernel, before, now));
    expect(missing(kernel, before, now)).toEqual(unseenOfList(kernel, before, now));
    // scipy.stats.hypergeom(200, 13, 100): 2·(sf(10) + pmf(10)/2).
    close(missing(kernel, before, now), {
      statistic: 0.1,
      samplingError: 0.03,
      pValue: 0.050103989599862966,
    });
    const known = unseenOfReference(kernel, values(96, 1, 1, 1, 1), share(3, 100));
    expect(known.pValue).toEqual(missing(kernel, share(4, 100), share(3, 100)).pValue);
    // Two values that occur often, none once: even a few new rows are news.
    expect(unseenOfReference(kernel, values(500, 500), share(5, 100)).pValue).toBeLessThan(1e-4);
  });

  it("without drift is in its intervals and rejects as often as its level says", () => {
    const source = randomSource(kernel, 20240229);
    const rates = new Map<string, number>();
    const draws = 400;
    const count = (name: string, hit: boolean): void =>
      void rates.set(name, (rates.get(name) ?? 0) + (hit ? 1 : 0));
    for (let draw = 0; draw < draws; draw++)
      for (const [name, { pValue, low, high }, truth] of quiet(kernel, source)) {
        count(`${name} rejects`, pValue! <= 0.05);
        if (truth !== null) count(`${name} misses`, truth < low! || truth > high!);
      }
    console.log(
      `per thousand at 50: ${[...rates].map(([name, n]) => `${name} ${(1000 * n) / draws}`).join(", ")}`,
    );
    // Four standard errors of 0.05 around it; no interval of a deviation is sound for skewed rows.
    for (const [name, hits] of rates)
      expect(hits / draws, name).toBeLessThan(name === "std misses" ? 0.15 : 0.094);
    for (const name of ["mean", "std", "median"]) expect(rates.get(`${name} rejects`)!).toBeGreaterThan(2);
  });
});

/** Ways to choose places for `chosen` of so many. */
function orders(total: number, chosen: number, from = 0): number[][] {
  if (chosen === 0) return [[]];
  const all: number[][] = [];
  for (let first = from; first <= total - chosen; first++)
    for (const rest of orders(total, chosen - 1, first + 1)) all.push([first, ...rest]);
  return all;
}

/** Every series on rows of one distribution: its name, what it found, and the true number where one interval covers it. */
function quiet(kernel: Kernel, source: RandomSource): [string, QualityResult, number | null][] {
  const draw = (rows: number): Float64Array =>
    Float64Array.from({ length: rows }, () => kernel.exp(source.normal() / 2));
  const [before, now] = [draw(300), draw(120)];
  const [r, c] = [before, now].map((rows) => sampleOf(kernel, rows));
  const category = (): number => Math.floor(80 * source.uniform() * source.uniform());
  const counts = (rows: number): Float64Array => {
    const cells = new Float64Array(80);
    for (let row = 0; row < rows; row++) cells[category()]++;
    return cells;
  };
  const categories = [counts(300), counts(120)];
  const beyond = now.filter((value) => value < r.sorted[0] || value > r.sorted[r.sorted.length - 1]).length;
  const flags = (rows: number) => share(draw(rows).filter((value) => value > 2).length, rows);
  // Rows come in numbers that vary by more than chance: uniform between 50 and 150.
  const rows = (): number => 50 + Math.floor(101 * source.uniform());
  const periods = Float64Array.from({ length: 8 }, rows);
  const drawn = Array.from(periods, draw);
  return [
    ["mean", meanOf(kernel, r, c), kernel.exp(0.125)],
    ["std", stdOf(kernel, r, c), Math.sqrt(kernel.exp(0.5) - kernel.exp(0.25))],
    ["median", medianOf(kernel, r, c), 1],
    ["upper quartile", quantileOf(kernel, r, c, 0.75), kernel.exp(kernel.normalPpf(0.75) / 2)],
    ["missing", missing(kernel, flags(300), flags(120)), null],
    ["out of range", outOfReferenceRange(kernel, 300, share(beyond, 120)), null],
    ["cardinality", cardinality(kernel, categories[0], categories[1]), null],
    ["count", rowCount(kernel, periods, rows()), null],
    ["sum", sumOfPeriod(kernel, drawn, draw(rows())), null],
  ];
}
