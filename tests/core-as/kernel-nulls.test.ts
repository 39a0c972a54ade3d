import { describe, expect, it } from "vitest";
import type { Kernel, NullRequest } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { seededUniform } from "./seeded.ts";

const kernels: Kernel[] = [nodeKernel(), twin];
const ascendingGrid = (points: number): Float64Array =>
  Float64Array.from({ length: points }, (_, i) => (i + 1) / (points + 1));
/** The share of ascending draws above x. */
const shareAbove = (draws: Float64Array, x: number): number =>
  draws.filter((draw) => draw > x).length / draws.length;
/** Within five standard errors of a share: seeds are fixed, so that this either always or never fails. */
function expectShare(found: number, expected: number, draws: number): void {
  const error = Math.sqrt((expected * (1 - expected)) / draws);
  expect(Math.abs(found - expected)).toBeLessThan(5 * error + 1e-9);
}

function bridgeCovariance(points: number): Float64Array {
  const grid = ascendingGrid(points);
  return Float64Array.from({ length: points * points }, (_, at) => {
    const [u, v] = [grid[Math.floor(at / points)], grid[at % points]];
    return Math.min(u, v) - u * v;
  });
}

describe.each(kernels)("the eigenvalues of the $name kernel", (kernel) => {
  it("are those of a bridge on an even grid, which are known", () => {
    // The covariance is the inverse of (k + 1) times the second-difference matrix.
    const k = 60;
    const found = kernel.symmetricEigenvalues(bridgeCovariance(k), k);
    const expected = Array.from(
      { length: k },
      (_, j) => 1 / (4 * (k + 1) * Math.sin(((j + 1) * Math.PI) / (2 * (k + 1))) ** 2),
    );
    found.forEach((value, j) => expect(Math.abs(value / expected[j] - 1)).toBeLessThan(1e-12));
  });

  it("take nothing, one number, a diagonal and zeros", () => {
    expect(kernel.symmetricEigenvalues(new Float64Array(0), 0)).toEqual(new Float64Array(0));
    expect(kernel.symmetricEigenvalues(Float64Array.of(-3), 1)).toEqual(Float64Array.of(-3));
    expect(kernel.symmetricEigenvalues(Float64Array.of(1, 0, 0, 2), 2)).toEqual(Float64Array.of(2, 1));
    expect(kernel.symmetricEigenvalues(new Float64Array(9), 3)).toEqual(new Float64Array(3));
  });
});

describe.each(kernels)("the tail of a quadratic form by the $name kernel", (kernel) => {
  it.each([1, 2, 3, 20, 119])("is chi-square's to the last digits for %i equal eigenvalues", (k) => {
    const eigenvalues = new Float64Array(k).fill(0.37);
    for (const z of [-2, -1, -0.5, -0.0007, 0, 0.0002, 0.5, 1, 2, 4, 8, 16, 60]) {
      const x = k + z * Math.sqrt(2 * k);
      const expected = x > 0 ? kernel.chi2Sf(x, k) : 1;
      if (expected < 1e-300) continue;
      // Around the mean a line stands for the curve.
      const allowed = Math.abs(z) < 1e-3 ? 1e-6 : 1e-11;
      expect(Math.abs(kernel.quadraticFormSf(0.37 * x, eigenvalues) / expected - 1)).toBeLessThan(allowed);
    }
  });

  it("is that of Anderson and Darling's limit at its published critical values", () => {
    // A² is the sum of Z_j² / (j (j + 1)); Anderson & Darling (1954), and 3.878 from Marsaglia & Marsaglia (2004).
    const eigenvalues = Float64Array.from({ length: 400 }, (_, i) => 1 / ((i + 1) * (i + 2)));
    // The terms left out only add their mean.
    const rest = 1 / 401;
    for (const [x, p, allowed] of [
      [1.933, 0.1, 0.025],
      [2.492, 0.05, 0.015],
      [3.878, 0.01, 0.015],
    ])
      expect(Math.abs(kernel.quadraticFormSf(x - rest, eigenvalues) / p - 1)).toBeLessThan(allowed);
  });

  it("agrees with simulation of unequal eigenvalues", () => {
    // The squared norm of a bridge on a grid, by its own draws: Cramér and von Mises' statistic.
    const k = 40;
    const eigenvalues = kernel.symmetricEigenvalues(bridgeCovariance(k), k).map((value) => value / k);
    const normals = normalDraws(k * 20_000);
    const draws = Float64Array.from({ length: 20_000 }, (_, draw) =>
      eigenvalues.reduce((sum, l, j) => sum + l * normals[draw * k + j] ** 2, 0),
    );
    for (const x of [0.1, 0.2, 0.35, 0.46, 0.75]) {
      const expected = kernel.quadraticFormSf(x, eigenvalues);
      expect(Math.abs(shareAbove(draws, x) / expected - 1)).toBeLessThan(
        0.02 + 5 / Math.sqrt(expected * 20_000),
      );
    }
  });

  it("falls from 1 to 0 without a step, through the mean as well", () => {
    const eigenvalues = Float64Array.of(3, 1, 0.5, 0.1, 0);
    const mean = 4.6;
    let last = 1;
    for (let x = 0.01; x < 60; x += 0.01) {
      const tail = kernel.quadraticFormSf(x, eigenvalues);
      expect(tail).toBeLessThan(last);
      expect(last - tail).toBeLessThan(0.02);
      last = tail;
    }
    const [below, at, above] = [-1e-3, 0, 1e-3].map((d) => kernel.quadraticFormSf(mean + d, eigenvalues));
    expect(below > at && at > above).toBe(true);
    expect(below - above).toBeLessThan(1e-3);
  });

  it("goes down to 1e-300, and has its limits", () => {
    const eigenvalues = Float64Array.of(1, 1);
    // Two equal terms are an exponential distribution.
    expect(Math.abs(kernel.quadraticFormSf(1380, eigenvalues) / Math.exp(-690) - 1)).toBeLessThan(0.02);
    expect(kernel.quadraticFormSf(0, eigenvalues)).toBe(1);
    expect(kernel.quadraticFormSf(-1, eigenvalues)).toBe(1);
    expect(kernel.quadraticFormSf(NaN, eigenvalues)).toBeNaN();
    expect(kernel.quadraticFormSf(Infinity, eigenvalues)).toBe(0);
    expect(kernel.quadraticFormSf(1, new Float64Array(3))).toBe(0);
    expect(kernel.quadraticFormSf(1, new Float64Array(0))).toBe(0);
  });
});

/** Standard normals by the sum of twelve uniforms would be too short in the tail: Box and Muller's, from the host. */
function normalDraws(count: number): Float64Array {
  const uniform = seededUniform(77);
  return Float64Array.from(
    { length: count },
    () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

describe.each(kernels)("the bridge of the $name kernel", (kernel) => {
  const draws = 20_000;

  it("is half a normal's size in the middle", () => {
    const found = kernel.bridgeMaxima(Float64Array.of(0.5), draws, 3);
    for (const z of [0.5, 1, 2, 3]) expectShare(shareAbove(found, z / 2), 2 * kernel.normalSf(z), draws);
  });

  it("has Kolmogorov's distribution on a fine grid, once the grid's gaps are allowed for", () => {
    const points = 255;
    const found = kernel.bridgeMaxima(ascendingGrid(points), draws, 4);
    for (const x of [0.8, 1, 1.2, 1.5])
      expectShare(shareAbove(found, x), kernel.kolmogorovSf(x + 0.5826 / Math.sqrt(points + 1)), draws);
  });

  it("ascends, repeats for the same seed and differs for another", () => {
    const grid = ascendingGrid(9);
    const found = kernel.bridgeMaxima(grid, 500, 5);
    expect(found).toEqual(found.toSorted());
    expect(kernel.bridgeMaxima(grid, 500, 5)).toEqual(found);
    expect(kernel.bridgeMaxima(grid, 500, 6)).not.toEqual(found);
    expect(kernel.bridgeMaxima(new Float64Array(0), 3, 5)).toEqual(new Float64Array(3));
  });
});

/**
 * Draws of |a0/n - c0/m|, ascending: the wasserstein distance of two cells with a width of 1. A function of one count,
 * so that its distribution follows from that count's.
 */
function gapsOfShares(kernel: Kernel, request: Omit<NullRequest, "statistic" | "widths">): Float64Array {
  return kernel.simulateNull({ ...request, statistic: "wasserstein", widths: Float64Array.of(1) });
}

/** Where distributions are compared, far enough into the tail to see a wrong hat of a rejection sampler. */
const quantiles = [0.1, 0.25, 0.5, 0.75, 0.9, 0.97, 0.99, 0.999];

describe.each(kernels)("draws without drift by the $name kernel", (kernel) => {
  const draws = 200_000;

  it("of quantile cells are Dirichlet-multinomial with the last cell one larger", () => {
    for (const [a0, a1, m] of [
      [3, 5, 4],
      [40, 60, 30],
      [400, 600, 300],
      [1, 2000, 5000],
      // So large a reference that the window's own binomial is all that is left.
      [4e6, 6e6, 2000],
      [1e6, 9e6, 60],
    ]) {
      const a = Float64Array.of(a0, a1);
      const found = gapsOfShares(kernel, {
        sampler: "dirichlet",
        a,
        c: new Float64Array(2),
        m,
        draws,
        seed: 8,
      });
      // c0 is beta-binomial(m; a0, a1 + 1): the distance of its share from the reference's, summed over its masses.
      const masses = betaBinomial(kernel, m, a0, a1 + 1);
      const share = a0 / (a0 + a1);
      for (const quantile of quantiles) {
        const x = found[Math.floor(quantile * draws)] + 1e-9;
        const expected = masses.reduce((sum, mass, k) => sum + (Math.abs(share - k / m) > x ? mass : 0), 0);
        expectShare(shareAbove(found, x), expected, draws);
      }
    }
  });

  it("of value cells are hypergeometric from the pooled counts", () => {
    for (const [a0, a1, c0, c1] of [
      [3, 5, 4, 2],
      [40, 60, 20, 90],
      [5000, 9000, 4000, 3000],
      [1, 20_000, 3, 5000],
    ]) {
      const [a, c] = [Float64Array.of(a0, a1), Float64Array.of(c0, c1)];
      const m = c0 + c1;
      const found = gapsOfShares(kernel, { sampler: "hypergeometric", a, c, m, draws, seed: 9 });
      const [good, all] = [a0 + c0, a0 + a1 + m];
      const masses = hypergeometricMasses(kernel, good, all, m);
      for (const quantile of quantiles) {
        const x = found[Math.floor(quantile * draws)] + 1e-9;
        const gap = (k: number): number => Math.abs((good - k) / (all - m) - k / m);
        const expected = masses.reduce((sum, mass, k) => sum + (gap(k) > x ? mass : 0), 0);
        expectShare(shareAbove(found, x), expected, draws);
      }
    }
  });

  it("thin counts by the hypergeometric distribution, over many seeds", () => {
    for (const [good, bad, keep] of [
      [9000, 16_000, 7000],
      [200_000, 1_000_000, 9000],
      // Just wide enough for the rejection sampler, where a slip of one would show most.
      [900, 1100, 700],
      [30, 50, 20],
      [4, 100_000, 60_000],
    ]) {
      const counts = Float64Array.of(good, bad);
      const kept = Float64Array.from(
        { length: 40_000 },
        (_, seed) => kernel.thin(counts, keep, seed)[0],
      ).sort();
      const masses = hypergeometricMasses(kernel, good, good + bad, keep);
      for (const quantile of quantiles) {
        const k = kept[Math.floor(quantile * kept.length)];
        const expected = masses.reduce((sum, mass, i) => sum + (i > k ? mass : 0), 0);
        expectShare(shareAbove(kept, k), expected, kept.length);
      }
    }
  });

  it("of many cells have chi-square's mean and tail where theory gives them", () => {
    const k = 8;
    const c = new Float64Array(k).fill(100);
    const a = new Float64Array(k).fill(400);
    const request = { sampler: "hypergeometric", statistic: "chi2", a, c, m: 800, draws, seed: 10 } as const;
    const found = kernel.simulateNull(request);
    const mean = found.reduce((sum, x) => sum + x, 0) / draws;
    // Exactly (k - 1) N/(N - 1) under fixed margins.
    expect(Math.abs(mean - (7 * 4000) / 3999)).toBeLessThan((5 * Math.sqrt(14)) / Math.sqrt(draws));
    for (const p of [0.5, 0.1, 0.01]) {
      const x = found[Math.floor((1 - p) * draws)];
      expect(Math.abs(kernel.chi2Sf(x, 7) / p - 1)).toBeLessThan(0.02 + 5 / Math.sqrt(p * draws));
    }
  });

  it("leave every row in a cell and never give a reference cell more than it has", () => {
    const request = {
      a: Float64Array.of(0, 9, 0, 3, 0),
      c: Float64Array.of(2, 0, 0, 1, 0),
      m: 3,
      draws: 300,
    };
    const hellinger = kernel.simulateNull({
      ...request,
      sampler: "hypergeometric",
      statistic: "hellinger",
      seed: 1,
    });
    expect(hellinger.every((x) => x >= 0 && x <= 1)).toBe(true);
    const psi = kernel.simulateNull({ ...request, sampler: "dirichlet", statistic: "psi", seed: 2 });
    expect(psi.every((x) => Number.isFinite(x) && x >= 0)).toBe(true);
  });

  it("repeat for the same seed and differ for another", () => {
    const a = new Float64Array(20).fill(50);
    const request = { sampler: "dirichlet", statistic: "ad", a, c: a, m: 200, draws: 50, seed: 1 } as const;
    expect(kernel.simulateNull(request)).toEqual(kernel.simulateNull(request));
    expect(kernel.simulateNull({ ...request, seed: 2 })).not.toEqual(kernel.simulateNull(request));
  });
});

/** The chance of k = 0 … m, by its recurrence from the largest term. */
function betaBinomial(kernel: Kernel, m: number, a: number, b: number): number[] {
  const log = (k: number): number =>
    kernel.lgamma(m + 1) -
    kernel.lgamma(k + 1) -
    kernel.lgamma(m - k + 1) +
    kernel.lgamma(k + a) +
    kernel.lgamma(m - k + b) -
    kernel.lgamma(m + a + b) +
    kernel.lgamma(a + b) -
    kernel.lgamma(a) -
    kernel.lgamma(b);
  return Array.from({ length: m + 1 }, (_, k) => Math.exp(log(k)));
}

function hypergeometricMasses(kernel: Kernel, good: number, all: number, m: number): number[] {
  const choose = (n: number, k: number): number =>
    k < 0 || k > n ? -Infinity : kernel.lgamma(n + 1) - kernel.lgamma(k + 1) - kernel.lgamma(n - k + 1);
  return Array.from({ length: Math.min(m, good) + 1 }, (_, k) =>
    Math.exp(choose(good, k) + choose(all - good, m - k) - choose(all, m)),
  );
}
