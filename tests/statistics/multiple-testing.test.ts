import fc from "fast-check";
import { expect, test } from "vitest";
import { adjust, type Correction, rejections } from "#core/methods/multiple-testing.ts";
import { Comparison } from "./comparison.ts";
import { present, readOracle } from "./reference-data.ts";

interface Case {
  id: string;
  p: number[];
  alpha: number;
  expected: Record<string, { adjusted: number[]; reject: boolean[] }>;
}

const names: [string, Correction][] = [
  ["fdr_bh", "bh"],
  ["fdr_by", "by"],
  ["bonferroni", "bonferroni"],
  ["holm", "holm"],
  ["hommel", "hommel"],
  ["sidak", "sidak"],
];

const all: Correction[] = ["none", "bh", "by", "bonferroni", "holm", "hommel", "sidak"];

test("adjusted p-values are those of statsmodels", () => {
  const comparison = new Comparison("multiple_testing");
  if (present) {
    const { cases } = readOracle<{ cases: Case[] }>("multiple_testing");
    for (const { id, p, alpha, expected } of cases)
      for (const [theirs, ours] of names) {
        const adjusted = adjust(p, ours);
        // Sidak's 1 - (1 - p)^m loses digits as statsmodels writes it; ours does not.
        const absolute = ours === "sidak" ? p.length * Number.EPSILON : 1e-300;
        adjusted.forEach((value, i) =>
          comparison.check(`${id} ${ours} ${i}`, value, expected[theirs].adjusted[i], {
            relative: 1e-12,
            absolute,
          }),
        );
        rejections(adjusted, alpha).forEach((rejected, i) =>
          comparison.check(`${id} ${ours} ${i} rejected`, +rejected, +expected[theirs].reject[i], {
            relative: 0,
          }),
        );
      }
  }
  comparison.finish("twin");
});

const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40, size: "max" });

test("adjusted p-values never fall below the raw ones, keep their order, and stay within one", () => {
  fc.assert(
    fc.property(family, fc.constantFrom(...all), (p, correction) => {
      const adjusted = adjust(p, correction);
      p.forEach((value, i) => {
        expect(adjusted[i]).toBeGreaterThanOrEqual(value);
        expect(adjusted[i]).toBeLessThanOrEqual(1);
        p.forEach((other, j) => {
          if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
        });
      });
    }),
  );
});

test("the order of the family does not matter", () => {
  fc.assert(
    fc.property(family, fc.constantFrom(...all), (p, correction) => {
      expect(adjust([...p].reverse(), correction).reverse()).toEqual(adjust(p, correction));
    }),
  );
});

test("the procedures stand in their order of power", () => {
  fc.assert(
    fc.property(family, (p) => {
      const [bh, by, bonferroni, holm, hommel, sidak] = all
        .slice(1)
        .map((correction) => adjust(p, correction));
      p.forEach((_, i) => {
        const atMost = (less: number, more: number): void =>
          expect(less).toBeLessThanOrEqual(more * (1 + 1e-14));
        atMost(holm[i], bonferroni[i]);
        atMost(hommel[i], holm[i]);
        atMost(bh[i], hommel[i]);
        atMost(bh[i], by[i]);
        atMost(sidak[i], bonferroni[i]);
      });
    }),
  );
});

test("equal p-values are judged alike", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(0, 1e-300, 0.01, 0.02, 0.04, 1), { maxLength: 20 }),
      fc.constantFrom(...all),
      (p, correction) => {
        const adjusted = adjust(p, correction);
        p.forEach((value, i) =>
          p.forEach((other, j) => value === other && expect(adjusted[i]).toBe(adjusted[j])),
        );
      },
    ),
  );
});

test("a test that could not be made is never rejected and does not enlarge the family", () => {
  const odd = fc.constantFrom(NaN, -0.1, 1.1, Infinity, -Infinity);
  const mixed = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), odd), { maxLength: 20 });
  fc.assert(
    fc.property(mixed, fc.constantFrom(...all), (p, correction) => {
      const adjusted = adjust(p, correction);
      const possible = (value: number): boolean => value >= 0 && value <= 1;
      expect(adjusted.filter((_, i) => possible(p[i]))).toEqual(adjust(p.filter(possible), correction));
      adjusted.forEach((value, i) => !possible(p[i]) && expect(value).toBeNaN());
      rejections(adjusted, 1).forEach((rejected, i) => expect(rejected).toBe(possible(p[i])));
    }),
  );
  for (const correction of all) expect(adjust([], correction)).toEqual([]);
});

test("hommel is the closed test of Simes over every set of the family", () => {
  const simes = (p: number[]): number =>
    Math.min(...[...p].sort((a, b) => a - b).map((value, k) => (value * p.length) / (k + 1)));
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }), (p) => {
      const adjusted = adjust(p, "hommel");
      p.forEach((_, i) => {
        let worst = 0;
        for (let set = 1; set < 1 << p.length; set++)
          if (set & (1 << i)) worst = Math.max(worst, simes(p.filter((_, j) => set & (1 << j))));
        expect(Math.abs(adjusted[i] - worst)).toBeLessThanOrEqual(1e-14 * worst);
      });
    }),
  );
});

test("sidak keeps its digits for p-values far below the last bit of one", () => {
  expect(adjust(new Array<number>(10).fill(1e-20), "sidak")[0]).toBeCloseTo(1e-19, 33);
});
