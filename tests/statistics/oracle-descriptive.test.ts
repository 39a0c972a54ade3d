import { describe, it } from "vitest";
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
  expected: Partial<
    Record<"n_nan" | "n_posinf" | "n_neginf" | "n_finite" | "mean" | "var0" | "min" | "max", OracleNumber>
  >;
}

const exact: Tolerance = { relative: 0 };
const statistic: Tolerance = { relative: 1e-9 };

describe.each(kernels)("the moments of the $name kernel", (kernel) => {
  it("are those of exact arithmetic and NumPy", () => {
    const comparison = new Comparison("descriptive");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("descriptive");
      for (const { id, sample, expected } of cases) {
        const found = kernel.moments(readSample(sample));
        const check = (name: keyof Case["expected"], actual: number, tolerance: Tolerance): void => {
          const value = expected[name];
          if (value !== undefined) comparison.check(`${id} ${name}`, actual, toNumber(value), tolerance);
        };
        check("n_nan", found.missing, exact);
        check("n_posinf", found.posInf, exact);
        check("n_neginf", found.negInf, exact);
        check("n_finite", found.count, exact);
        check("mean", found.mean, statistic);
        check("var0", found.variance, statistic);
        check("min", found.min, exact);
        check("max", found.max, exact);
      }
    }
    comparison.finish(kernel.name);
  });
});
