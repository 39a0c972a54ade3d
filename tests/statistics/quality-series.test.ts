import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Columns } from "#core/domain/columns.ts";
import { type QualityMetric, qualitySeries } from "#core/methods/quality/quality-series.ts";
import { kernels } from "./comparison.ts";
import { tableOf } from "./peer-tables.ts";

const everyMetric: [QualityMetric, string | null][] = [
  ["missing", "number"],
  ["missing", "text"],
  ["unseen", "text"],
  ["out_of_range", "number"],
  ["cardinality", "number"],
  ["cardinality", "text"],
  ["mean", "number"],
  ["std", "number"],
  ["median", "number"],
  [{ quantile: 0.9 }, "number"],
  ["sum", "number"],
  ["count", null],
];

describe.each(kernels)("quality series, by the $name kernel", (kernel) => {
  const numbers = fc.array(fc.oneof(fc.double(), fc.constantFrom(0, -0, 1, 1, 2, NaN, 1e308, -1e308)), {
    minLength: 1,
    maxLength: 40,
  });
  const someTable = numbers.map((number) =>
    tableOf({ number, text: number.map((value) => (Number.isNaN(value) ? "" : String(Math.sign(value)))) }),
  );

  it("answer for any table, and not at all where there is no answer", () => {
    fc.assert(
      fc.property(someTable, someTable, (reference, current) => {
        for (const [metric, name] of everyMetric)
          for (const chunk of qualitySeries(kernel, metric, reference, current, name)) {
            const { statistic, pValue, low, high, samplingError } = chunk;
            if (pValue !== null) expect(pValue >= 0 && pValue <= 1).toBe(true);
            for (const number of [low, high, samplingError])
              expect(number === null || Number.isFinite(number)).toBe(true);
            if (Number.isNaN(statistic))
              expect([pValue, low, high, samplingError]).toEqual([null, null, null, null]);
            else {
              if (low !== null) expect(low).toBeLessThanOrEqual(statistic);
              if (high !== null) expect(high).toBeGreaterThanOrEqual(statistic);
            }
          }
      }),
    );
  });

  it("do not depend on the order of the rows in a chunk", () => {
    fc.assert(
      fc.property(someTable, numbers, (reference, now) => {
        const [one, other] = [now, [...now].reverse()].map((number) => tableOf({ number }));
        for (const [metric, name] of everyMetric)
          if (name === "number") {
            const found = [one, other].map((table) =>
              qualitySeries(kernel, metric, reference, table, name, { by: "size", size: 100 }),
            );
            expect(found[0].map(({ statistic, pValue }) => [statistic, pValue])).toEqual(
              found[1].map(({ statistic, pValue }) => [statistic, pValue]),
            );
          }
      }),
    );
  });

  it("refuse what a column does not have", () => {
    const table: Columns = tableOf({ number: [1, 2], text: ["a", "b"] });
    for (const [metric, name] of [
      ["mean", "text"],
      ["unseen", "number"],
      ["mean", "none"],
      [{ quantile: 2 }, "number"],
    ] as [QualityMetric, string][])
      expect(() => qualitySeries(kernel, metric, table, table, name)).toThrow(RangeError);
  });

  it("see a column that lost its values, and one that moved", () => {
    const rows = (value: (i: number) => number): Columns =>
      tableOf({ x: Array.from({ length: 500 }, (_, i) => value(i)) });
    const reference = rows((i) => (i * 37) % 101);
    const current = rows((i) => (i < 250 ? (i * 53) % 101 : i % 2 ? NaN : 150 + ((i * 53) % 101)));
    for (const metric of ["missing", "out_of_range", "mean", "median"] as const) {
      const found = qualitySeries(kernel, metric, reference, current, "x", { by: "size", size: 250 });
      expect(found.map(({ pValue }) => pValue! < 0.001)).toEqual([false, true]);
    }
  });
});
