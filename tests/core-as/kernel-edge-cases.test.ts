import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { twin } from "#core/twin/twin.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";

const kernels: Kernel[] = [nodeKernel(), twin];
const of = (...values: number[]): Float64Array => Float64Array.of(...values);
const add = { kind: "add", amount: 0.5 } as const;

describe.each(kernels)("the $name kernel, where others break,", (kernel) => {
  it("counts missing and infinite values apart and takes -0 for 0", () => {
    const rough = of(NaN, -Infinity, Infinity, -0, 0, 5e-324, -5e-324, 1e308);
    const apart = { missing: 1, negInf: 1, posInf: 1 };
    expect(kernel.countEdges(rough, of(0))).toEqual({ cells: of(3, 2), unseen: 0, ...apart });
    expect(kernel.countValues(rough, of(0))).toEqual({ cells: of(2), unseen: 3, ...apart });
    expect(kernel.moments(rough)).toMatchObject({ count: 5, ...apart, min: -5e-324, max: 1e308 });
  });

  it("puts a value that equals an edge into the cell on the edge's left", () => {
    expect(kernel.countEdges(of(1, 2, 3), of(1, 2)).cells).toEqual(of(1, 1, 1));
  });

  it("takes no values, no edges and no distinct values", () => {
    const none = { missing: 0, negInf: 0, posInf: 0 };
    expect(kernel.countEdges(of(), of())).toEqual({ cells: of(0), unseen: 0, ...none });
    expect(kernel.countEdges(of(1, 2), of()).cells).toEqual(of(2));
    expect(kernel.countValues(of(1, 2), of())).toEqual({ cells: of(), unseen: 2, ...none });
    const nothing = { mean: NaN, variance: NaN, min: NaN, max: NaN };
    expect(kernel.moments(of())).toEqual({ count: 0, ...none, ...nothing });
    expect(kernel.moments(of(NaN))).toEqual({ count: 0, ...none, missing: 1, ...nothing });
    expect(kernel.sortFinite(of(NaN, Infinity))).toEqual(of());
  });

  it("finds the moments of one value, of a constant and of the largest doubles", () => {
    expect(kernel.moments(of(3))).toMatchObject({ count: 1, mean: 3, variance: 0, min: 3, max: 3 });
    expect(kernel.moments(of(0.1, 0.1, 0.1))).toMatchObject({ mean: 0.1, variance: 0 });
    const largest = Number.MAX_VALUE;
    expect(kernel.moments(of(largest, largest, largest)).mean).toBe(largest);
    expect(kernel.moments(of(largest, -largest))).toMatchObject({ mean: 0, variance: Infinity });
    expect(kernel.moments(of(largest, -largest, -largest)).variance).toBe(Infinity);
    expect(kernel.moments(of(1e16, 1, -1e16)).mean).toBeCloseTo(1 / 3, 15);
  });

  it("calls a distance to an empty sample undefined", () => {
    expect(kernel.ksSamples(of(), of(1))).toBeNaN();
    expect(kernel.wassersteinSamples(of(1), of())).toBeNaN();
    const [a, c] = [of(3, 4), of(0, 0)];
    expect(kernel.ksCells(a, c, new Uint8Array(2))).toEqual({ low: NaN, high: NaN });
    expect([kernel.adCells(a, c), kernel.wassersteinCells(a, c, of(1)), kernel.psi(a, c, add)]).toEqual([
      NaN,
      NaN,
      NaN,
    ]);
    expect(Object.values(kernel.divergences(c, a))).toEqual(new Array(6).fill(NaN));
    expect(kernel.chi2(c, c)).toEqual({ statistic: NaN, dof: 0, minExpected: 0 });
  });

  it("measures single values and ties", () => {
    expect(kernel.ksSamples(of(1), of(1))).toBe(0);
    expect(kernel.ksSamples(of(1), of(2))).toBe(1);
    expect(kernel.wassersteinSamples(of(1), of(3.5))).toBe(2.5);
    expect(kernel.ksSamples(of(1, 1, 1, 2), of(1, 2, 2, 2))).toBe(0.5);
    expect(kernel.wassersteinSamples(of(-1e308), of(1e308))).toBe(Infinity);
  });

  it("finds nothing to compare in one cell", () => {
    const [a, c] = [of(5), of(9)];
    expect(kernel.ksCells(a, c, Uint8Array.of(1))).toEqual({ low: 0, high: 0 });
    expect(kernel.ksCells(a, c, Uint8Array.of(0))).toEqual({ low: 0, high: 1 });
    expect([kernel.adCells(a, c), kernel.wassersteinCells(a, c, of()), kernel.psi(a, c, add)]).toEqual([
      0, 0, 0,
    ]);
    expect(kernel.chi2(a, c)).toMatchObject({ statistic: 0, dof: 0 });
  });

  it("has infinite KL, finite PSI and distances of one for sides that share no cell", () => {
    const [a, c] = [of(7, 0), of(0, 7)];
    expect(kernel.divergences(a, c)).toMatchObject({
      klReferenceCurrent: Infinity,
      klCurrentReference: Infinity,
      js: 1,
      hellinger: 1,
      tvd: 1,
      linf: 1,
    });
    expect(kernel.psi(a, c, add)).toBeCloseTo(1.75 * Math.log(15), 12);
    expect(kernel.psi(a, c, { kind: "add", amount: 0 })).toBe(Infinity);
  });

  it("does not count edges where the reference is empty or full", () => {
    expect(kernel.adCells(of(0, 4, 4, 0), of(1, 0, 0, 1))).toBe(0);
    const e = (8 * 2) / 10;
    expect(kernel.adCells(of(0, 2, 6, 0), of(0, 2, 0, 0))).toBeCloseTo((e * 0.75 ** 2 * 0.5) / 0.1875, 12);
  });

  it("refuses lengths that do not fit together, and says which", () => {
    expect(() => kernel.psi(of(1, 2), of(1), add)).toThrow(RangeError);
    expect(() => kernel.divergences(of(1), of(1, 2))).toThrow(/1 cells against 2/);
    for (const offsets of [[], [0], [1, 2], [0, 3], [0, 2, 1, 2]])
      expect(() => kernel.modelDivergences(of(1, 2), of(1, 2), Int32Array.from(offsets), add)).toThrow(
        RangeError,
      );
    expect(() => kernel.chi2(of(1), of(1, 2))).toThrow(RangeError);
    expect(() => kernel.adCells(of(1), of(1, 2))).toThrow(RangeError);
    expect(() => kernel.ksCells(of(1, 2), of(1, 2), new Uint8Array(1))).toThrow(/1 flags for 2 cells/);
    expect(() => kernel.quadraticCells(of(1, 2), of(1, 2), of())).toThrow(RangeError);
    expect(() => kernel.wassersteinCells(of(1, 2), of(1, 2), of(1, 1))).toThrow(/2 widths for 2 cells/);
    expect(() => kernel.symmetricEigenvalues(of(1, 2, 3), 2)).toThrow(RangeError);
    const request = { sampler: "dirichlet", statistic: "ad", a: of(1, 2), c: of(), m: 5, seed: 1 } as const;
    expect(() => kernel.simulateNull({ ...request, draws: 0 })).toThrow(RangeError);
    expect(() => kernel.simulateNull({ ...request, a: of(), draws: 9 })).toThrow(RangeError);
    expect(() => kernel.simulateNull({ ...request, statistic: "wasserstein", draws: 9 })).toThrow(RangeError);
    expect(() =>
      kernel.simulateNull({ ...request, sampler: "hypergeometric", c: of(1, 1), draws: 9 }),
    ).toThrow(/2 rows, not 5/);
  });

  it("has special functions with the limits of the mathematics", () => {
    expect([kernel.normalPpf(0), kernel.normalPpf(0.5), kernel.normalPpf(1)]).toEqual([
      -Infinity,
      0,
      Infinity,
    ]);
    expect([kernel.normalSf(-Infinity), kernel.normalSf(0), kernel.normalSf(Infinity)]).toEqual([1, 0.5, 0]);
    expect([kernel.kolmogorovSf(0), kernel.kolmogorovSf(Infinity)]).toEqual([1, 0]);
    expect([
      kernel.chi2Sf(0, 3),
      kernel.chi2Sf(Infinity, 3),
      kernel.chi2Sf(0, 0),
      kernel.chi2Sf(1, 0),
    ]).toEqual([1, 0, 1, 0]);
    expect([kernel.tSf(0, 5), kernel.tSf(Infinity, 5), kernel.tSf(-Infinity, 5)]).toEqual([0.5, 0, 1]);
    expect([kernel.fSf(0, 2, 3), kernel.betaI(2, 3, 0), kernel.betaI(2, 3, 1)]).toEqual([1, 0, 1]);
    expect([kernel.lgamma(1), kernel.lgamma(2), kernel.lgamma(Infinity)]).toEqual([0, 0, Infinity]);
    const undefinedOnes = [
      kernel.normalSf(NaN),
      kernel.normalPpf(-0.1),
      kernel.chi2Sf(NaN, 2),
      kernel.tIsf(0, 3),
      kernel.tSf(NaN, 3),
      kernel.fSf(NaN, 2, 3),
      kernel.kolmogorovSf(NaN),
      kernel.betaI(0, 1, 0.5),
      kernel.digamma(-1),
      kernel.hypergeomMidP(5, 4, 3, 10),
    ];
    expect(undefinedOnes).toEqual(undefinedOnes.map(() => NaN));
  });
});
