/** The exact laws of the tests on numeric samples, against counts in whole numbers and against writing everything down. */
import { describe, expect, it } from "vitest";
import { binomialMass } from "#core/methods/numeric/binomial-mass.ts";
import { cramerVonMisesOnCounts, cramerVonMisesOnSamples } from "#core/methods/numeric/cramer-von-mises.ts";
import { kolmogorovExactSf } from "#core/methods/numeric/kolmogorov-exact.ts";
import { exactTwoSampleSf } from "#core/methods/numeric/kolmogorov-two-sample.ts";
import { mannWhitneyOnSamples } from "#core/methods/numeric/mann-whitney.ts";
import { type Sample, sampleOf } from "#core/methods/numeric/sample.ts";
import { seededUniform } from "../core-as/seeded.ts";
import { kernels } from "./comparison.ts";

function expectNear(actual: number | null, expected: number, relative: number): void {
  expect(Math.abs((actual ?? NaN) / expected - 1)).toBeLessThan(relative);
}

/** Every order in which n and m values can come: true for one of the n. */
function arrangements(n: number, m: number): boolean[][] {
  return Array.from({ length: 1 << (n + m) }, (_, mask) => mask)
    .map((mask) => Array.from({ length: n + m }, (_, bit) => ((mask >> bit) & 1) === 1))
    .filter((order) => order.filter(Boolean).length === n);
}

describe.each(kernels)("exact laws, with the $name kernel", (kernel) => {
  const of = (values: readonly number[]): Sample => sampleOf(kernel, Float64Array.from(values));
  const sides = (order: boolean[]): [Sample, Sample] => [
    of(order.flatMap((ours, i) => (ours ? [i] : []))),
    of(order.flatMap((ours, i) => (ours ? [] : [i]))),
  ];

  it.each([
    // Lattice paths counted in whole numbers of thousands of digits. Near the band's ends masses are no doubles any more.
    [0.3, 300, 400, 4.289493766813e-14],
    [0.25, 2000, 3000, 2.5909550670347e-66],
    [0.5, 1000, 1100, 1.382050211579e-119],
    [0.3, 3000, 3001, 1.3262913334802e-119],
    [0.6, 1200, 1000, 3.3239724190976e-183],
    // Twice the one-sided count: both sides at once are below 1e-300.
    [0.2, 5000, 6000, 7.07545186812e-96],
  ])("Kolmogorov–Smirnov: a gap of %d between %d and %d values", (gap, n, m, expected) => {
    expectNear(exactTwoSampleSf(kernel, gap, n, m), expected, 1e-11);
    expectNear(exactTwoSampleSf(kernel, gap, m, n), expected, 1e-11);
  });

  it("Kolmogorov–Smirnov: equal sizes by paths as by the closed form, and one more value changes little", () => {
    for (const [k, n] of [
      [3, 50],
      [40, 1000],
      [400, 10_000],
    ]) {
      const closed = exactTwoSampleSf(kernel, k / n, n, n) ?? NaN;
      const paths = exactTwoSampleSf(kernel, k / n, n, n + 1) ?? NaN;
      expect(closed).toBeGreaterThan(0);
      expectNear(paths, closed, 0.1);
    }
    // 2·C(20, 0)/C(20, 10), and 2·C(8, 1)/C(8, 4): twice the gap is out of reach.
    expectNear(exactTwoSampleSf(kernel, 1, 10, 10), 2 / 184_756, 1e-13);
    expectNear(exactTwoSampleSf(kernel, 0.75, 4, 4), (2 * 8) / 70, 1e-13);
  });

  it.each([
    // 2·d·Σ_j C(n, j)(d + j/n)^(j−1)(1 − d − j/n)^(n−j) with mpmath at 60 digits.
    [0.3, 150, 1.809670870005e-12],
    [0.05, 5000, 2.6523052328711e-11],
    [0.01, 50_000, 9.0180488118436e-5],
    [0.012, 50_000, 1.1054589136925e-6],
    // And the same as SciPy has it.
    [0.004, 300_000, 0.0001350930819402544],
    [0.003, 1_000_000, 3.039812751939269e-8],
  ])("one sample: a gap of %d in %d values keeps its digits", (gap, n, expected) => {
    expectNear(kolmogorovExactSf(kernel, gap, n), expected, 1e-11);
  });

  it("binomial probabilities add up to one, and are the textbook's", () => {
    for (const [n, p] of [
      [1, 0.3],
      [30, 0.01],
      [1000, 0.6],
    ]) {
      let sum = 0;
      for (let k = 0; k <= n; k++) sum += binomialMass(kernel, k, n, n * p - k);
      expect(sum).toBeCloseTo(1, 12);
    }
    // C(10, 3)·0.2³·0.8⁷
    expectNear(binomialMass(kernel, 3, 10, -1), 120 * 0.008 * 0.2097152, 1e-13);
  });

  it.each([
    // Gaussian binomial coefficients in whole numbers.
    [36, 8, 500, 7.787893637218482e-13],
    [1000, 8, 500, 0.013221664731437937],
    [1500, 8, 400, 0.7674246722006559],
    [200, 100, 100, 1.0389287685717893e-45],
    [4500, 100, 100, 0.22281368040699487],
    [9000, 150, 150, 0.0026694163459696253],
    [8000, 600, 600, 2.7287866294147273e-263],
  ])("Mann–Whitney: U = %d of %d and %d values", (u, n, m, expected) => {
    // The first n − 1 values beat all of c or none, one of them the rest.
    let left = u;
    const r = Array.from({ length: n }, (_, i) => {
      const beaten = Math.min(m, left);
      left -= beaten;
      return beaten - 0.75 + i / (4 * n);
    });
    const found = mannWhitneyOnSamples(kernel, of(r), of(Array.from({ length: m }, (_, j) => j)), "exact");
    expect(found.statistic).toBe(u);
    expectNear(found.pValue, expected, 1e-12);
  });

  it("Mann–Whitney answers at once, however unequal the sizes", () => {
    const many = of(Array.from({ length: 300_000 }, (_, i) => i));
    // One value above all but seven of them: 2·8/300,001.
    expectNear(mannWhitneyOnSamples(kernel, of([299_992.5]), many).pValue, 16 / 300_001, 1e-12);
    // In the middle there is more to count than it is worth; the normal law takes over.
    const middle = of([1, 2, 3, 4, 5, 6, 7, 8].map((i) => 20_000 * i + 60_000.5));
    expect(mannWhitneyOnSamples(kernel, middle, many).pValue).toBeCloseTo(1, 1);
    expect(mannWhitneyOnSamples(kernel, middle, many, "exact").pValue).toBeNull();
  });

  it("small samples have the shares of all arrangements that are as far out", () => {
    for (const [n, m] of [
      [2, 3],
      [4, 5],
      [3, 7],
    ]) {
      const all = arrangements(n, m).map(sides);
      const criteria = all.map(([r, c]) => cramerVonMisesOnSamples(kernel, r, c, "exact"));
      const ranks = all.map(([r, c]) => mannWhitneyOnSamples(kernel, r, c, "exact"));
      const share = (far: boolean[]): number => far.filter(Boolean).length / far.length;
      for (const { statistic, pValue } of criteria)
        expectNear(pValue, share(criteria.map((other) => other.statistic >= statistic - 1e-12)), 1e-12);
      const distance = ({ statistic }: { statistic: number }): number => Math.abs(statistic - (n * m) / 2);
      for (const one of ranks) {
        const tails = share(ranks.map((other) => distance(other) >= distance(one)));
        expectNear(one.pValue, distance(one) === 0 ? 1 : tails, 1e-12);
      }
    }
  });

  it("Cramér–von Mises: ties alone reject for unequal sizes, and what is left of them does not", () => {
    const even = (rows: number): Float64Array => new Float64Array(10).fill(rows / 10);
    const found = cramerVonMisesOnCounts(kernel, even(2000), even(400));
    // SciPy's statistic of the same rows, and the limit's p of it with mpmath (SciPy's series ends at 3e-11).
    expectNear(found.statistic, 6.399888888888881, 1e-12);
    expectNear(found.pValue, 2.64655851569e-15, 1e-10);
    expect(found.statistic - found.tieExcess).toBeCloseTo(0, 3);
    expect(found.pWithoutTies).toBeCloseTo(1, 9);
    // The same law for both sides: pValue rejects always, pWithoutTies about as often as it says.
    const uniform = seededUniform(7);
    const drawn = (rows: number): Float64Array => {
      const counts = new Float64Array(10);
      for (let i = 0; i < rows; i++) counts[Math.floor(uniform() * 10)]++;
      return counts;
    };
    const draws = Array.from({ length: 400 }, () => cramerVonMisesOnCounts(kernel, drawn(1000), drawn(200)));
    expect(draws.filter(({ pValue }) => (pValue ?? 1) < 0.05).length).toBe(400);
    const rejected = draws.filter(({ pWithoutTies }) => (pWithoutTies ?? 1) < 0.05).length;
    expect(rejected).toBeGreaterThan(5);
    expect(rejected).toBeLessThan(40);
  });
});
