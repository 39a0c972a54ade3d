import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Kernel, Smoothing } from "#core/kernel/api.ts";
import { chiSquare, chiSquareYates } from "#core/methods/counts/chi-square.ts";
import type { CountsResult } from "#core/methods/counts/counts-result.ts";
import { cramersV } from "#core/methods/counts/cramers-v.ts";
import { gTest } from "#core/methods/counts/g-test.ts";
import { gGoodnessOfFit, goodnessOfFit } from "#core/methods/counts/goodness-of-fit.ts";
import { hellinger } from "#core/methods/counts/hellinger.ts";
import { js } from "#core/methods/counts/js.ts";
import { kl } from "#core/methods/counts/kl.ts";
import { linf } from "#core/methods/counts/linf.ts";
import { novelty } from "#core/methods/counts/novelty.ts";
import { psi } from "#core/methods/counts/psi.ts";
import { shareDistance } from "#core/methods/counts/share-distance.ts";
import { tvd } from "#core/methods/counts/tvd.ts";
import { kernels } from "./comparison.ts";

type CountsMethod = (kernel: Kernel, a: Float64Array, c: Float64Array) => CountsResult;

/** Both arguments alike: turning them round changes nothing. */
const symmetric: Record<string, CountsMethod> = {
  psi,
  js,
  "js in nats": (kernel, a, c) => js(kernel, a, c, "nats"),
  hellinger,
  tvd,
  linf,
  "share distance": shareDistance,
  chiSquare,
  chiSquareYates,
  gTest,
  cramersV,
  "cramersV plain": (kernel, a, c) => cramersV(kernel, a, c, "plain"),
};

const all: Record<string, CountsMethod> = {
  ...symmetric,
  kl,
  "kl backwards": (kernel, a, c) => kl(kernel, a, c, "reference-from-current"),
  goodnessOfFit,
  gGoodnessOfFit,
  novelty,
};

/** Divergences in the strict sense: whoever sees coarser cells cannot tell the sides apart better. */
const divergences = [
  "js",
  "hellinger",
  "tvd",
  "kl",
  "kl backwards",
  "chiSquare",
  "gTest",
  "goodnessOfFit",
  "gGoodnessOfFit",
];

const count = fc.oneof(fc.nat(3), fc.nat(300), fc.nat(1e6));
const pairs = fc.array(fc.tuple(count, count), { minLength: 1, maxLength: 30 });

const sides = (counts: [number, number][]): [Float64Array, Float64Array] => [
  Float64Array.from(counts, ([a]) => a),
  Float64Array.from(counts, ([, c]) => c),
];

/** Shares near 1 are known to one part in 2^53: so little of a divergence may be lost, and `js` and `hellinger` are roots of one. */
const rounding = 4 * 2 ** -53;

function expectClose(actual: number, expected: number): void {
  if (Object.is(actual, expected)) return;
  if (Math.abs(actual * actual - expected * expected) <= rounding) return;
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, Math.abs(expected)));
}

describe.each(kernels)("laws of methods on counts, by the $name kernel", (kernel) => {
  it("answers lie in their ranges, and p-values in [0, 1]", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...Object.keys(all)), (counts, name) => {
        const [a, c] = sides(counts);
        const found = all[name](kernel, a, c);
        if (Number.isNaN(found.statistic)) {
          expect(found).toMatchObject({
            pValue: null,
            low: null,
            high: null,
            effect: null,
            asymptotic: false,
          });
          return;
        }
        expect(found.statistic).toBeGreaterThanOrEqual(0);
        const bounded = ["js", "hellinger", "tvd", "linf", "share distance", "novelty"].includes(name);
        if (bounded || name.startsWith("cramers")) expect(found.statistic).toBeLessThanOrEqual(1);
        if (found.pValue !== null) expect(found.pValue >= 0 && found.pValue <= 1).toBe(true);
        expect(found.effect).toBeGreaterThanOrEqual(0);
        expect(found.cells).toBe(counts.filter(([x, y]) => x + y > 0).length);
        if (name === "novelty") {
          expect(found.low).toBeLessThanOrEqual(found.statistic);
          expect(found.high).toBeGreaterThanOrEqual(found.statistic);
        }
      }),
      { numRuns: 400 },
    );
  });

  it("the order of the cells, and cells empty on both sides, do not matter", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...Object.keys(all)), (counts, name) => {
        const plain = all[name](kernel, ...sides(counts));
        const turned = all[name](kernel, ...sides([[0, 0], ...[...counts].reverse(), [0, 0]]));
        expectClose(turned.statistic, plain.statistic);
        expectClose(turned.pValue ?? -1, plain.pValue ?? -1);
        expectClose(turned.effect ?? -1, plain.effect ?? -1);
      }),
      { numRuns: 400 },
    );
  });

  it("symmetric ones do not care which side is the reference", () => {
    fc.assert(
      fc.property(pairs, fc.constantFrom(...Object.keys(symmetric)), (counts, name) => {
        const [a, c] = sides(counts);
        expectClose(all[name](kernel, c, a).statistic, all[name](kernel, a, c).statistic);
      }),
      { numRuns: 400 },
    );
    const [a, c] = [Float64Array.of(10, 20, 5), Float64Array.of(3, 30, 9)];
    expect(kl(kernel, a, c).statistic).toBe(kl(kernel, c, a, "reference-from-current").statistic);
    expect(goodnessOfFit(kernel, a, c).statistic).not.toBeCloseTo(goodnessOfFit(kernel, c, a).statistic, 3);
  });

  it("equal shares are at 0", () => {
    fc.assert(
      fc.property(
        fc.array(count, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 50 }),
        (a, times) => {
          const counts = a.map((value): [number, number] => [value, value * times]);
          for (const [name, method] of Object.entries(all)) {
            // Half a count more everywhere is another share on a side with other rows.
            if (name === "psi" && times > 1) continue;
            const { statistic, pValue, effect } = method(kernel, ...sides(counts));
            if (Number.isNaN(statistic)) continue;
            expect(statistic).toBeLessThanOrEqual(1e-12);
            if (pValue !== null) expect(pValue).toBeCloseTo(1, 9);
            expect(effect).toBe(0);
          }
        },
      ),
    );
  });

  it("merging two cells never adds to a divergence (data processing inequality)", () => {
    const two = fc.array(fc.tuple(count, count), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(two, fc.constantFrom(...divergences), ([one, other, ...rest], name) => {
        const split = all[name](kernel, ...sides([one, other, ...rest])).statistic;
        const merged = all[name](
          kernel,
          ...sides([[one[0] + other[0], one[1] + other[1]], ...rest]),
        ).statistic;
        if (Number.isNaN(split)) expect(merged).toBeNaN();
        else expect(merged).toBeLessThanOrEqual(split * (1 + 1e-9) + 1e-9);
      }),
      { numRuns: 600 },
    );
  });

  it("merging cells of the same ratio changes no divergence", () => {
    fc.assert(
      fc.property(
        pairs,
        fc.constantFrom(...divergences),
        fc.integer({ min: 1, max: 9 }),
        (counts, name, by) => {
          const [[x, y], ...rest] = counts;
          const merged = all[name](kernel, ...sides([[x * (1 + by), y * (1 + by)], ...rest])).statistic;
          expectClose(all[name](kernel, ...sides([[x, y], [x * by, y * by], ...rest])).statistic, merged);
        },
      ),
      { numRuns: 400 },
    );
  });

  it("the distances keep their known order", () => {
    fc.assert(
      fc.property(pairs, (counts) => {
        const [a, c] = sides(counts);
        const value = (name: string): number => all[name](kernel, a, c).statistic;
        if (Number.isNaN(value("tvd"))) return;
        const [h, t] = [value("hellinger"), value("tvd")];
        const slack = 1e-12;
        // Le Cam: H² ≤ TV ≤ H √(2 − H²). Lin: JSD ≤ TV. Pinsker: TV ≤ √(KL/2). And no cell changes more than all.
        expect(h * h).toBeLessThanOrEqual(t + slack);
        expect(t).toBeLessThanOrEqual(h * Math.sqrt(2 - h * h) + slack);
        expect(value("js") ** 2).toBeLessThanOrEqual(t + slack);
        expect(t).toBeLessThanOrEqual(Math.sqrt(value("kl") / 2) + 1e-7);
        expect(value("linf")).toBeLessThanOrEqual(t + slack);
        expectClose(value("js in nats"), value("js") * Math.sqrt(Math.log(2)));
        expect(value("cramersV")).not.toBeGreaterThan(1);
      }),
    );
  });

  it("floors and amounts of smoothing that make no sense are refused", () => {
    const [a, c] = [Float64Array.of(1, 0), Float64Array.of(0, 1)];
    const bad: Smoothing[] = [
      { kind: "add", amount: -1 },
      { kind: "add", amount: NaN },
      { kind: "add", amount: Infinity },
      { kind: "floor", amount: 1, renormalise: true },
    ];
    for (const smoothing of bad) expect(() => psi(kernel, a, c, smoothing)).toThrow(RangeError);
    expect(psi(kernel, a, c, { kind: "add", amount: 0 })).toMatchObject({
      statistic: Infinity,
      pValue: null,
    });
  });

  it("what is no count has no answer, whatever stands beside it (METHODS §7)", () => {
    const odd = fc.constantFrom(NaN, Infinity, -Infinity, -1, 0.5, 1e308, 5e-324, 2 ** 53);
    const fine = fc.constantFrom(0, -0, 1, 7, 2 ** 40);
    const entry = fc.oneof(fine, odd);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(entry, entry), { maxLength: 5 }),
        fc.constantFrom(...Object.keys(all)),
        (counts, name) => {
          const [a, c] = sides(counts);
          const found = all[name](kernel, a, c);
          const countable = counts.flat().every((value) => value >= 0 && Number.isSafeInteger(value));
          const total = (side: Float64Array): number => side.reduce((sum, value) => sum + value, 0);
          if (!countable || total(a) === 0 || total(c) === 0) expect(found.statistic).toBeNaN();
          for (const value of [found.pValue, found.low, found.high, found.effect])
            expect(value).not.toBeNaN();
        },
      ),
      { numRuns: 1000 },
    );
    for (const method of Object.values(all)) {
      expect(method(kernel, new Float64Array(0), new Float64Array(0)).statistic).toBeNaN();
      expect(() => method(kernel, Float64Array.of(1), Float64Array.of(1, 2))).toThrow(RangeError);
      // One category only: nothing could differ, and nothing is tested.
      expect(method(kernel, Float64Array.of(5), Float64Array.of(7)).pValue).toBeNull();
    }
  });

  it("a million cells are a question like any other", () => {
    const a = new Float64Array(1e6).map((_, i) => i % 7);
    const c = new Float64Array(1e6).map((_, i) => i % 11);
    for (const [name, method] of Object.entries(all))
      if (name !== "chiSquareYates") expect(method(kernel, a, c).statistic).toBeGreaterThanOrEqual(0);
  });
});
