import fc from "fast-check";
import { expect, test } from "vitest";
import { adjust, type Correction } from "#core/methods/multiple-testing.ts";
import { Comparison } from "./comparison.ts";
import { present, readOracle } from "./reference-data.ts";

interface Case {
  id: string;
  p: number[];
  expected: Record<string, { adjusted: number[] }>;
}

const names: [string, Correction][] = [
  ["fdr_bh", "bh"],
  ["fdr_by", "by"],
  ["bonferroni", "bonferroni"],
  ["holm", "holm"],
];

test("adjusted p-values are those of statsmodels", () => {
  const comparison = new Comparison("multiple_testing");
  if (present) {
    const { cases } = readOracle<{ cases: Case[] }>("multiple_testing");
    for (const { id, p, expected } of cases)
      for (const [theirs, ours] of names)
        adjust(p, ours).forEach((value, i) =>
          comparison.check(`${id} ${ours} ${i}`, value, expected[theirs].adjusted[i], {
            relative: 1e-12,
            absolute: 1e-300,
          }),
        );
  }
  comparison.finish("twin");
});

const family = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40, size: "max" });

test("adjusted p-values never fall below the raw ones, keep their order, and stay within one", () => {
  fc.assert(
    fc.property(
      family,
      fc.constantFrom<Correction>("bh", "by", "bonferroni", "holm", "none"),
      (p, correction) => {
        const adjusted = adjust(p, correction);
        p.forEach((value, i) => {
          expect(adjusted[i]).toBeGreaterThanOrEqual(value * (1 - 1e-15));
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          p.forEach((other, j) => {
            if (value < other) expect(adjusted[i]).toBeLessThanOrEqual(adjusted[j]);
          });
        });
      },
    ),
  );
});

test("the order of the family does not matter", () => {
  fc.assert(
    fc.property(family, (p) => {
      expect(adjust([...p].reverse(), "bh").reverse()).toEqual(adjust(p, "bh"));
    }),
  );
});
