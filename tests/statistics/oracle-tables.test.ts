import { describe, it } from "vitest";
import type { Kernel } from "#core/kernel-api.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Case {
  id: string;
  /** Rows: reference and current; columns: success and failure. */
  table: [[number, number], [number, number]];
  expected: {
    fisher_less: OracleNumber;
    fisher_greater: OracleNumber;
    z_pooled?: { z: OracleNumber; p: OracleNumber };
    wilson95_row1: [OracleNumber, OracleNumber];
    clopper95_row1: [OracleNumber, OracleNumber];
  };
}

const probability: Tolerance = { relative: 1e-8, absolute: 1e-300 };

function compareCase(kernel: Kernel, comparison: Comparison, { id, table, expected }: Case): void {
  const [[s1, f1], [s2, f2]] = table;
  const check = (name: string, actual: number, value: OracleNumber | number, tolerance = probability): void =>
    comparison.check(`${id} ${name}`, actual, toNumber(value), tolerance);

  // Fisher's tails both hold the observed mass, so together they are one and that mass; mid-p counts half of it.
  const [less, greater] = [toNumber(expected.fisher_less), toNumber(expected.fisher_greater)];
  const mass = less + greater - 1;
  // Where the mass is small against 1, the difference has no digits left and the comparison no meaning.
  const midP = Math.min(1, 2 * (Math.min(less, greater) - mass / 2));
  if (mass > 1e-4 && midP > 1e-3)
    check("mid-p", kernel.hypergeomMidP(s1, s1 + f1, s1 + s2, s1 + f1 + s2 + f2), midP);

  if (expected.z_pooled && !Number.isNaN(toNumber(expected.z_pooled.z))) {
    const z = toNumber(expected.z_pooled.z);
    check("z squared", kernel.chi2(Float64Array.of(s1, f1), Float64Array.of(s2, f2)).statistic, z * z, {
      relative: 1e-9,
      absolute: 1e-15,
    });
    check("z p", 2 * kernel.normalSf(Math.abs(z)), expected.z_pooled.p);
  }

  const n = s1 + f1;
  const z = kernel.normalPpf(0.975);
  const share = s1 / n;
  const centre = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  const wilson: Tolerance = { relative: 1e-9, absolute: 1e-15 };
  check("wilson low", Math.max(0, centre - half), expected.wilson95_row1[0], wilson);
  check("wilson high", Math.min(1, centre + half), expected.wilson95_row1[1], wilson);

  // Clopper and Pearson's ends are where the tail of the incomplete beta is 2.5 %.
  const [low, high] = expected.clopper95_row1.map(toNumber);
  if (s1 > 0) check("clopper low", kernel.betaI(s1, f1 + 1, low), 0.025);
  if (f1 > 0) check("clopper high", kernel.betaI(f1, s1 + 1, 1 - high), 0.025);
}

describe.each(kernels)("tables of two by two, by the $name kernel", (kernel) => {
  it("have the tails and intervals that SciPy and statsmodels find", () => {
    const comparison = new Comparison("tables_2x2");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("tables_2x2");
      for (const each of cases) compareCase(kernel, comparison, each);
    }
    comparison.finish(kernel.name);
  });
});
