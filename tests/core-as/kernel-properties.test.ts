import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { twin } from "#core/twin/twin.ts";
import { nodeKernel } from "../../scripts/kernel-file.ts";
import { awkward } from "./seeded.ts";

const kernel = nodeKernel();
const total = (counts: Float64Array): number => counts.reduce((sum, count) => sum + count, 0);
const added = (a: Float64Array, b: Float64Array): Float64Array => a.map((count, i) => count + b[i]);

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(...awkward),
);
const values = fc.array(value, { maxLength: 300 }).map((list) => Float64Array.from(list));
const ascending = fc
  .uniqueArray(fc.double({ min: -4, max: 4, noNaN: true }), { maxLength: 140, comparator: (a, b) => a === b })
  .map((list) => Float64Array.from(list).sort());
const count = fc.oneof(fc.constant(0), fc.nat(9), fc.nat(100_000));
/** The counts of two sides in common cells. */
const sides = fc
  .array(fc.tuple(count, count, fc.boolean()), { minLength: 1, maxLength: 60 })
  .map((cells) => ({
    a: Float64Array.from(cells, ([a]) => a),
    c: Float64Array.from(cells, ([, c]) => c),
    single: Uint8Array.from(cells, ([, , single]) => (single ? 1 : 0)),
  }));
const filled = sides.filter(({ a, c }) => total(a) > 0 && total(c) > 0);

describe("counting", () => {
  it("puts every value into exactly one place", () => {
    fc.assert(
      fc.property(values, ascending, (x, edges) => {
        for (const found of [kernel.countEdges(x, edges), kernel.countValues(x, edges)]) {
          const { cells, missing, negInf, posInf, unseen } = found;
          expect(total(cells) + missing + negInf + posInf + unseen).toBe(x.length);
        }
      }),
    );
  });

  it("in bins of equal width, too, and the bin is the twin's", () => {
    const end = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const bins = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(values, end, end, bins, (x, one, other, count) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        fc.pre(high > low && Number.isFinite(count / (high - low)));
        const found = kernel.countEqualWidth(x, low, high, count);
        const { cells, missing, negInf, posInf, below, above } = found;
        expect(total(cells) + missing + negInf + posInf + below + above).toBe(x.length);
        expect(found).toEqual(twin.countEqualWidth(x, low, high, count));
      }),
    );
  });

  it("between edges of any scale gives the twin's counts, whatever grid they call for", () => {
    // From 1e-9 to 1e9 with a sign: even grids, grids of float bits, and edges that no grid separates.
    const wide = fc
      .tuple(fc.double({ min: 1, max: 10, noNaN: true }), fc.integer({ min: -9, max: 8 }), fc.boolean())
      .map(([x, power, negative]) => (negative ? -x : x) * 10 ** power);
    const spread = fc
      .uniqueArray(fc.oneof(wide, wide.map(Math.abs), fc.constant(0)), { minLength: 2, maxLength: 90 })
      .map((list) => Float64Array.from(list).sort());
    const positive = fc
      .uniqueArray(wide.map(Math.abs), { minLength: 2, maxLength: 90 })
      .map((list) => Float64Array.from(list).sort());
    fc.assert(
      fc.property(values, fc.oneof(spread, positive), (some, edges) => {
        // Enough of them to pay for the largest grid: what was drawn, and the edges with their neighbours.
        const x = Float64Array.from({ length: 9001 }, (_, i) =>
          i % 3 === 0 && some.length > 0
            ? some[i % some.length]
            : edges[i % edges.length] * (1 + ((i % 5) - 2) * 2 ** -52),
        );
        expect(kernel.countEdges(x, edges)).toEqual(twin.countEdges(x, edges));
        expect(kernel.countValues(x, edges)).toEqual(twin.countValues(x, edges));
      }),
    );
  });

  it("of a whole is the sum of its parts, in any order", () => {
    fc.assert(
      fc.property(values, values, ascending, (x, y, edges) => {
        const whole = kernel.countEdges(Float64Array.from([...x, ...y]), edges).cells;
        const [one, other] = [kernel.countEdges(x, edges).cells, kernel.countEdges(y, edges).cells];
        expect(added(one, other)).toEqual(whole);
        expect(added(other, one)).toEqual(whole);
      }),
    );
  });

  it("agrees with the definition: right-closed cells, the outer ones open", () => {
    fc.assert(
      fc.property(values, ascending, (x, edges) => {
        const finite = x.filter(Number.isFinite);
        const bounds = [-Infinity, ...edges, Infinity];
        const expected = bounds
          .slice(1)
          .map((right, i) => finite.filter((one) => one > bounds[i] && one <= right).length);
        expect([...kernel.countEdges(x, edges).cells]).toEqual(expected);
      }),
    );
  });

  it("agrees with the twin on anything", () => {
    fc.assert(
      fc.property(values, ascending, (x, edges) => {
        expect(kernel.countEdges(x, edges)).toEqual(twin.countEdges(x, edges));
        expect(kernel.countValues(x, edges)).toEqual(twin.countValues(x, edges));
      }),
    );
  });
});

describe("moments", () => {
  it("count every value once and keep the mean between the ends", () => {
    fc.assert(
      fc.property(values, (x) => {
        const { count: n, missing, negInf, posInf, mean, variance, min, max } = kernel.moments(x);
        expect(n + missing + negInf + posInf).toBe(x.length);
        if (n === 0) expect([mean, variance, min, max]).toEqual([NaN, NaN, NaN, NaN]);
        else {
          // The last bit may be rounded past an end.
          const slack = 1e-15 * Math.max(Math.abs(min), Math.abs(max));
          expect(mean >= min - slack && mean <= max + slack).toBe(true);
          expect(variance >= 0).toBe(true);
        }
      }),
    );
  });

  it("do not change much when everything is shifted far away", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1, maxLength: 200 }), (list) => {
        const here = kernel.moments(Float64Array.from(list));
        const far = kernel.moments(Float64Array.from(list, (x) => x + 2 ** 40));
        expect(far.mean - 2 ** 40).toBeCloseTo(here.mean, 3);
        expect(far.variance).toBeCloseTo(here.variance, 5);
      }),
    );
  });
});

describe("distances between samples", () => {
  const sorted = values.map((x) => kernel.sortFinite(x)).filter((x) => x.length > 0);

  it("are zero to oneself and the same in both directions", () => {
    fc.assert(
      fc.property(sorted, sorted, (r, c) => {
        expect(kernel.ksSamples(r, r)).toBe(0);
        expect(kernel.wassersteinSamples(r, r)).toBe(0);
        expect(kernel.ksSamples(r, c)).toBe(kernel.ksSamples(c, r));
        expect(kernel.wassersteinSamples(r, c)).toBe(kernel.wassersteinSamples(c, r));
        expect(kernel.ksSamples(r, c)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("lie, as the gap of the distribution functions, within the interval that cells certify", () => {
    fc.assert(
      fc.property(sorted, sorted, ascending, (r, c, edges) => {
        const [a, b] = [kernel.countEdges(r, edges).cells, kernel.countEdges(c, edges).cells];
        const { low, high } = kernel.ksCells(a, b, new Uint8Array(a.length));
        const exact = kernel.ksSamples(r, c);
        expect(low).toBeLessThanOrEqual(exact + 1e-12);
        expect(exact).toBeLessThanOrEqual(high + 1e-12);
        expect(low >= 0 && high <= 1).toBe(true);
      }),
    );
  });

  it("are known exactly where every cell holds a single value", () => {
    fc.assert(
      fc.property(sides, ({ a, c }) => {
        fc.pre(total(a) > 0 && total(c) > 0 && total(a) + total(c) < 20_000);
        const sample = (counts: Float64Array): Float64Array =>
          Float64Array.from([...counts].flatMap((k, i) => new Array<number>(k).fill(i)));
        const { low, high } = kernel.ksCells(a, c, new Uint8Array(a.length).fill(1));
        expect(low).toBe(high);
        expect(low).toBeCloseTo(kernel.ksSamples(sample(a), sample(c)), 12);
      }),
    );
  });
});

describe("statistics on cells", () => {
  const add = { kind: "add", amount: 0.5 } as const;

  it("are zero where the shares are equal", () => {
    fc.assert(
      fc.property(filled, fc.integer({ min: 1, max: 9 }), ({ a }, times) => {
        const c = a.map((k) => k * times);
        const { klReferenceCurrent, js, hellinger, tvd, linf } = kernel.divergences(a, c);
        for (const distance of [klReferenceCurrent, js * js, hellinger * hellinger, tvd, linf])
          expect(Math.abs(distance)).toBeLessThan(1e-12);
        expect(kernel.psi(a, a, add)).toBe(0);
        expect(kernel.chi2(a, c).statistic).toBeLessThan(1e-9 * total(c));
        expect(kernel.adCells(a, a)).toBe(0);
        expect(kernel.ksCells(a, a, new Uint8Array(a.length)).low).toBe(0);
      }),
    );
  });

  it("are the same in both directions where the definition is symmetric", () => {
    fc.assert(
      fc.property(filled, ({ a, c, single }) => {
        const [there, back] = [kernel.divergences(a, c), kernel.divergences(c, a)];
        expect(kernel.psi(a, c, add)).toBeCloseTo(kernel.psi(c, a, add), 12);
        expect(there.klReferenceCurrent).toBeCloseTo(back.klCurrentReference, 12);
        expect(there.js).toBeCloseTo(back.js, 12);
        expect(there.hellinger).toBeCloseTo(back.hellinger, 12);
        expect([there.tvd, there.linf]).toEqual([back.tvd, back.linf]);
        expect(kernel.ksCells(a, c, single)).toEqual(kernel.ksCells(c, a, single));
      }),
    );
  });

  it("stay within their ranges", () => {
    fc.assert(
      fc.property(filled, ({ a, c, single }) => {
        const { js, hellinger, tvd, linf, klReferenceCurrent } = kernel.divergences(a, c);
        for (const distance of [js, hellinger, tvd, linf]) {
          expect(distance).toBeGreaterThanOrEqual(0);
          expect(distance).toBeLessThanOrEqual(1 + 1e-12);
        }
        expect(linf).toBeLessThanOrEqual(2 * tvd + 1e-12);
        expect(klReferenceCurrent).toBeGreaterThanOrEqual(-1e-12);
        expect(kernel.psi(a, c, add)).toBeGreaterThanOrEqual(0);
        const { low, high } = kernel.ksCells(a, c, single);
        expect(0 <= low && low <= high && high <= 1).toBe(true);
        expect(kernel.adCells(a, c)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("do not care about cells that nobody fills, in any order of categories", () => {
    fc.assert(
      fc.property(filled, ({ a, c }) => {
        const [wideA, wideC] = [Float64Array.from([0, ...a, 0]), Float64Array.from([0, ...c, 0])];
        expect(kernel.psi(wideA, wideC, add)).toBe(kernel.psi(a, c, add));
        expect(kernel.divergences(wideA, wideC)).toEqual(kernel.divergences(a, c));
        expect(kernel.chi2(wideA, wideC)).toEqual(kernel.chi2(a, c));
        expect(kernel.psi(a.toReversed(), c.toReversed(), add)).toBeCloseTo(kernel.psi(a, c, add), 10);
      }),
    );
  });
});

describe("thinning", () => {
  it("keeps just as many rows as asked, none twice, and draws the same again for the same seed", () => {
    fc.assert(
      fc.property(sides, fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(), ({ a }, share, seed) => {
        const keep = Math.floor(total(a) * share);
        const kept = kernel.thin(a, keep, seed);
        expect(total(kept)).toBe(keep);
        expect(kept.every((k, i) => Number.isInteger(k) && k >= 0 && k <= a[i])).toBe(true);
        expect(kernel.thin(a, keep, seed)).toEqual(kept);
      }),
    );
  });
});
