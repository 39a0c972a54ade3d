import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clopperPearson } from "#core/methods/shares/clopper-pearson.ts";
import { fisher } from "#core/methods/shares/fisher.ts";
import { hypergeometricTails } from "#core/methods/shares/hypergeometric-tails.ts";
import { midP } from "#core/methods/shares/mid-p.ts";
import { newcombe } from "#core/methods/shares/newcombe.ts";
import { oddsRatio } from "#core/methods/shares/odds-ratio.ts";
import type { ShareCounts } from "#core/methods/shares/share-counts.ts";
import { wilson } from "#core/methods/shares/wilson.ts";
import { ztest } from "#core/methods/shares/ztest.ts";
import { kernels } from "./comparison.ts";

const share = (successes: number, failures: number): ShareCounts => ({ successes, failures });
const small = fc.tuple(fc.nat(12), fc.nat(12)).map(([s, f]) => share(s, f));
const any = fc
  .tuple(fc.oneof(fc.nat(5), fc.nat(1e4)), fc.oneof(fc.nat(5), fc.nat(1e4)))
  .map(([s, f]) => share(s, f));
const rows = ({ successes, failures }: ShareCounts): number => successes + failures;

function choose(n: bigint, k: bigint): bigint {
  let result = 1n;
  for (let i = 1n; i <= k; i++) result = (result * (n - k + i)) / i;
  return result;
}

/** Numbers of tables with these margins, by the reference's successes: every mass times the same whole number. */
function tables(r: ShareCounts, c: ShareCounts): Map<number, bigint> {
  const [n, total, successes] = [rows(r), rows(r) + rows(c), r.successes + c.successes];
  const result = new Map<number, bigint>();
  for (let k = Math.max(0, n - (total - successes)); k <= Math.min(n, successes); k++)
    result.set(k, choose(BigInt(successes), BigInt(k)) * choose(BigInt(total - successes), BigInt(n - k)));
  return result;
}

/** Doubles run out of digits below it. */
const nothing = 1e-300;

function expectNear(actual: number | null, expected: number, relative = 1e-11): void {
  const slack = Math.max(nothing, relative * Math.abs(expected));
  expect(Math.abs((actual ?? NaN) - expected)).toBeLessThanOrEqual(slack);
}

describe.each(kernels)("tests of two shares, by the $name kernel", (kernel) => {
  it("Fisher's and mid-p are counts of tables, exactly", () => {
    fc.assert(
      fc.property(small, small, (r, c) => {
        if (rows(r) === 0 || rows(c) === 0) return;
        const masses = tables(r, c);
        const all = [...masses.values()].reduce((sum, mass) => sum + mass, 0n);
        const observed = masses.get(r.successes) ?? 0n;
        const part = (which: (k: number, mass: bigint) => boolean): number =>
          Number([...masses].reduce((sum, [k, mass]) => (which(k, mass) ? sum + mass : sum), 0n)) /
          Number(all);
        expectNear(
          fisher(kernel, r, c).pValue,
          part((_, mass) => mass <= observed),
        );
        const [less, greater] = [part((k) => k <= r.successes), part((k) => k >= r.successes)];
        expectNear(fisher(kernel, r, c, "less").pValue, less);
        expectNear(fisher(kernel, r, c, "greater").pValue, greater);
        const half = Number(observed) / Number(all) / 2;
        expectNear(midP(kernel, r, c).pValue, Math.min(1, 2 * Math.min(less - half, greater - half)));
      }),
      { numRuns: 300 },
    );
  });

  it("tails keep their digits far out, and cost little with a million rows", () => {
    // P(X ≥ 400) of 400 drawn out of 800 with 400 successes: one table, 1/choose(800, 400).
    const tails = hypergeometricTails(400, 400, 400, 800);
    const one = 1e-200 / (Number(choose(800n, 400n)) * 1e-200);
    expectNear(tails?.atLeast ?? NaN, one);
    // Only its mirror image is as unlikely.
    expectNear(tails?.asUnlikely ?? NaN, 2 * one);
    const many = fisher(kernel, share(100_000, 900_000), share(101_000, 899_000));
    // SciPy: 0.0188008
    expect(many.pValue).toBeGreaterThan(0.0188);
    expect(many.pValue).toBeLessThan(0.01881);
    expect(fisher(kernel, share(1e12, 1e12), share(5, 5)).pValue).toBeNull();
    expect(midP(kernel, share(1e12, 1e12), share(5, 5)).pValue).toBeNull();
    expect(fisher(kernel, share(0, 1e6), share(1e6, 0)).pValue).toBeLessThan(1e-300);
  });

  it("turning sides round, or successes and failures, turns the answers round", () => {
    const turned = ({ successes, failures }: ShareCounts): ShareCounts => share(failures, successes);
    fc.assert(
      fc.property(any, any, (r, c) => {
        for (const test of [ztest, fisher, midP]) {
          const [plain, back, flipped] = [
            test(kernel, r, c),
            test(kernel, c, r),
            test(kernel, turned(r), turned(c)),
          ];
          expect(Number.isNaN(back.statistic)).toBe(Number.isNaN(plain.statistic));
          if (Number.isNaN(plain.statistic)) continue;
          for (const other of [back, flipped]) {
            expect(other.statistic).toBeCloseTo(-plain.statistic, 12);
            expectNear(other.pValue, plain.pValue ?? NaN, 1e-8);
            expect(other.low).toBeCloseTo(-(plain.high ?? NaN), 12);
            expect(other.effect).toBeCloseTo(plain.effect ?? NaN, 12);
          }
        }
        const [ratio, inverse] = [oddsRatio(kernel, r, c), oddsRatio(kernel, c, r)];
        if (ratio.statistic > 0 && ratio.statistic < Infinity) {
          expectNear(inverse.statistic, 1 / ratio.statistic);
          expectNear(inverse.low, 1 / (ratio.high ?? NaN));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("one-sided tails overlap in the observed table, and mid-p is between half and all of them", () => {
    fc.assert(
      fc.property(any, any, (r, c) => {
        if (rows(r) === 0 || rows(c) === 0) return;
        const p = (alternative: "two-sided" | "less" | "greater"): number =>
          fisher(kernel, r, c, alternative).pValue ?? NaN;
        const smaller = Math.min(p("less"), p("greater"));
        expect(p("less") + p("greater")).toBeGreaterThanOrEqual(1 - 1e-12);
        expect(p("two-sided")).toBeGreaterThanOrEqual(smaller * (1 - 1e-9) - nothing);
        const mid = midP(kernel, r, c).pValue ?? NaN;
        expect(mid).toBeGreaterThanOrEqual(smaller * (1 - 1e-9) - nothing);
        expect(mid).toBeLessThanOrEqual(Math.min(1, 2 * smaller) * (1 + 1e-9) + nothing);
        const z = ztest(kernel, r, c);
        if (!Number.isNaN(z.statistic)) {
          const sides = (["less", "greater"] as const).map((side) => ztest(kernel, r, c, side).pValue ?? NaN);
          expect(sides[0] + sides[1]).toBeCloseTo(1, 12);
          expect(z.pValue).toBeCloseTo(2 * Math.min(...sides), 12);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe.each(kernels)("intervals of shares, by the $name kernel", (kernel) => {
  const level = fc.constantFrom(0.5, 0.8, 0.95, 0.99, 0.999);

  it("hold their share, stay within their range, and grow with the level", () => {
    fc.assert(
      fc.property(any, any, level, (r, c, at) => {
        for (const interval of [wilson, clopperPearson]) {
          const found = interval(kernel, r, at);
          if (rows(r) === 0) {
            expect(found).toEqual({ statistic: NaN, pValue: null, low: null, high: null, effect: null });
            continue;
          }
          const [low, high] = [found.low ?? NaN, found.high ?? NaN];
          expect(low >= 0 && low <= found.statistic && found.statistic <= high && high <= 1).toBe(true);
          const wider = interval(kernel, r, 0.9999);
          expect(wider.low).toBeLessThanOrEqual(low + 1e-15);
          expect(wider.high).toBeGreaterThanOrEqual(high - 1e-15);
        }
        const difference = newcombe(kernel, r, c, at);
        if (Number.isNaN(difference.statistic)) return;
        expect(difference.low).toBeGreaterThanOrEqual(-1);
        expect(difference.low).toBeLessThanOrEqual(difference.statistic);
        expect(difference.high).toBeGreaterThanOrEqual(difference.statistic);
        expect(difference.high).toBeLessThanOrEqual(1);
      }),
      { numRuns: 200 },
    );
  });

  it("Wilson's ends are the shares that a score test just rejects", () => {
    fc.assert(
      fc.property(any, level, (r, at) => {
        const n = rows(r);
        if (n === 0) return;
        const z = kernel.normalPpf((1 + at) / 2);
        const { statistic, low, high } = wilson(kernel, r, at);
        for (const end of [low ?? NaN, high ?? NaN]) {
          if (end === 0 || end === 1) continue;
          expect(((statistic - end) * (statistic - end) * n) / (end * (1 - end))).toBeCloseTo(z * z, 6);
        }
      }),
    );
  });

  it("Clopper and Pearson's always cover as often as they promise, Wilson's on average", () => {
    const n = 30;
    const intervals = [wilson, clopperPearson].map((interval) =>
      Array.from({ length: n + 1 }, (_, k) => interval(kernel, share(k, n - k))),
    );
    const covered = [0, 0];
    const steps = 199;
    for (let step = 1; step <= steps; step++) {
      const truth = step / (steps + 1);
      intervals.forEach((ends, which) => {
        const chance = ends.reduce((sum, { low, high }, k) => {
          const mass = Number(choose(BigInt(n), BigInt(k))) * truth ** k * (1 - truth) ** (n - k);
          return (low ?? NaN) <= truth && truth <= (high ?? NaN) ? sum + mass : sum;
        }, 0);
        covered[which] += chance / steps;
        expect(chance).toBeGreaterThan(which === 1 ? 0.95 - 1e-12 : 0.82);
      });
    }
    expect(covered[0]).toBeGreaterThan(0.945);
    expect(covered[0]).toBeLessThan(0.96);
    expect(covered[1]).toBeGreaterThan(covered[0]);
  });

  it("what is no count has no answer and never throws; what is no level does", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -1, 0.5, 1e308, 5e-324, 2 ** 53, 0, -0, 3);
    const oddShare = fc.tuple(odd, odd).map(([s, f]) => share(s, f));
    fc.assert(
      fc.property(oddShare, oddShare, (r, c) => {
        const countable = ({ successes: s, failures: f }: ShareCounts): boolean =>
          [s, f].every((value) => value >= 0 && Number.isSafeInteger(value)) && s + f > 0;
        for (const test of [ztest, fisher, midP, newcombe, oddsRatio]) {
          const found = test(kernel, r, c);
          if (!countable(r) || !countable(c)) expect(found.statistic).toBeNaN();
          for (const value of [found.pValue, found.low, found.high, found.effect])
            expect(value).not.toBeNaN();
        }
        for (const interval of [wilson, clopperPearson])
          if (!countable(r)) expect(interval(kernel, r).statistic).toBeNaN();
      }),
      { numRuns: 300 },
    );
    for (const bad of [0, 1, -1, 2, NaN]) {
      expect(() => wilson(kernel, share(1, 1), bad)).toThrow(RangeError);
      expect(() => clopperPearson(kernel, share(1, 1), bad)).toThrow(RangeError);
      expect(() => newcombe(kernel, share(1, 1), share(1, 1), bad)).toThrow(RangeError);
      expect(() => oddsRatio(kernel, share(1, 1), share(1, 1), "sample", bad)).toThrow(RangeError);
    }
    // All rows alike: no standard error, but one possible table, and nothing against "no difference".
    expect(ztest(kernel, share(5, 0), share(7, 0))).toMatchObject({ statistic: NaN, pValue: null });
    expect(fisher(kernel, share(5, 0), share(7, 0)).pValue).toBe(1);
    expect(oddsRatio(kernel, share(5, 0), share(7, 0)).statistic).toBeNaN();
  });
});
