import { describe, expect, it } from "vitest";
import { describe as description, type Description, quantile } from "#core/methods/numeric/descriptive.ts";
import { sampleOf } from "#core/methods/numeric/sample.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

interface Case {
  id: string;
  sample: Sample;
  expected: Record<string, OracleNumber> & { quantile_probs?: number[]; quantiles_linear?: OracleNumber[] };
}

const exact: Tolerance = { relative: 0 };
/** A mean or skewness that is nought but for rounding is known to rounding only. */
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-13 };

/** The oracle's names for ours; the rest of its fields are handled below. */
const names: Record<string, [keyof Description, Tolerance]> = {
  n_total: ["total", exact],
  n_nan: ["missing", exact],
  n_posinf: ["posInf", exact],
  n_neginf: ["negInf", exact],
  n_finite: ["count", exact],
  n_zero: ["zeros", exact],
  n_distinct: ["distinct", exact],
  sum: ["sum", statistic],
  mean: ["mean", statistic],
  var0: ["var0", statistic],
  var1: ["var1", statistic],
  std0: ["std0", statistic],
  std1: ["std1", statistic],
  skewness: ["skewness", statistic],
  skewness_unbiased: ["skewnessUnbiased", statistic],
  kurtosis_excess: ["kurtosisExcess", statistic],
  kurtosis_unbiased: ["kurtosisUnbiased", statistic],
  min: ["min", exact],
  max: ["max", exact],
  median: ["median", statistic],
  mad: ["mad", statistic],
  iqr: ["iqr", statistic],
};

/**
 * Where we differ on purpose: what one value, or a constant, cannot tell is NaN here and 0 there; and what lies between two
 * values near 1e308 is no overflow.
 */
const differs = new Set(
  ["elec2.vicprice.reference", "elec2.transfer.reference"]
    .flatMap((id) => [`${id} skewness`, `${id} kurtosis_excess`])
    .concat(["one var1", "big median", "big mad", "big iqr"]),
);

/** The sample `big` in fractions: NumPy overflows between its lowest two values, and calls even its minimum NaN. */
const bigQuantiles = new Map([
  [0, -1e308],
  [0.001, -9.94e307],
  [0.01, -9.4e307],
  [0.05, -7e307],
  [0.1, -4e307],
  [0.2, 2e307],
  [0.25, 5e307],
  [0.3, 8e307],
]);

describe.each(kernels)("describing a sample, with the $name kernel", (kernel) => {
  it("gives the numbers of exact arithmetic and NumPy", () => {
    const comparison = new Comparison("descriptive");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("descriptive");
      for (const { id, sample, expected } of cases) {
        const prepared = sampleOf(kernel, readSample(sample));
        const found = description(prepared);
        for (const [name, [ours, tolerance]] of Object.entries(names))
          if (expected[name] !== undefined && !differs.has(`${id} ${name}`))
            comparison.check(`${id} ${name}`, found[ours], toNumber(expected[name]), tolerance);
        expected.quantile_probs?.forEach((p, i) => {
          const numpy = toNumber(expected.quantiles_linear?.[i] ?? "NaN");
          const wanted = id === "big" ? (bigQuantiles.get(p) ?? numpy) : numpy;
          comparison.check(`${id} quantile ${p}`, quantile(prepared.sorted, p), wanted, statistic);
        });
        const { missing, posInf, negInf, count, mean, variance, min, max } = kernel.moments(
          readSample(sample),
        );
        comparison.check(
          `${id} one pass, counts`,
          missing + posInf + negInf,
          found.total - found.count,
          exact,
        );
        comparison.check(`${id} one pass, count`, count, found.count, exact);
        if (count > 0) {
          comparison.check(`${id} one pass, mean`, mean, toNumber(expected.mean), { relative: 1e-9 });
          comparison.check(`${id} one pass, variance`, variance, toNumber(expected.var0), { relative: 1e-9 });
          comparison.check(`${id} one pass, ends`, max - min, found.max - found.min, exact);
        }
      }
      expect(cases.length).toBeGreaterThan(60);
    }
    comparison.finish(kernel.name);
  });

  it("has no plausible number for an impossible question", () => {
    const of = (...values: number[]): Description => description(sampleOf(kernel, Float64Array.from(values)));
    expect(of()).toMatchObject({ count: 0, mean: NaN, var0: NaN, median: NaN, skewness: NaN, min: NaN });
    expect(of(NaN, Infinity)).toMatchObject({
      total: 2,
      missing: 1,
      posInf: 1,
      count: 0,
      mean: NaN,
      iqr: NaN,
    });
    expect(of(3)).toMatchObject({ mean: 3, var0: 0, var1: NaN, skewness: NaN, kurtosisExcess: NaN, iqr: 0 });
    expect(of(0.1, 0.1, 0.1)).toMatchObject({ var0: expect.closeTo(0, 30), skewness: NaN, distinct: 1 });
    expect(of(-0, 0, 5e-324)).toMatchObject({ zeros: 2, distinct: 2, max: 5e-324 });
    expect(of(1e308, 1e308).mean).toBe(1e308);
    expect(quantile(Float64Array.of(1, 2), 1.5)).toBeNaN();
  });
});
