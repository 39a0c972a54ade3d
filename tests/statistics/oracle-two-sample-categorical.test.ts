import { describe, it } from "vitest";
import type { Kernel } from "#core/kernel-api.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Case {
  id: string;
  ref_counts: number[];
  cur_counts: number[];
  expected: {
    js_distance_base2: OracleNumber;
    hellinger: OracleNumber;
    total_variation: OracleNumber;
    l_infinity: OracleNumber;
    kl_ref_cur: OracleNumber;
    kl_cur_ref: OracleNumber;
    "psi_floor_1e-4": OracleNumber;
    chi2?: { statistic: OracleNumber; dof: number; p: OracleNumber; min_expected: OracleNumber };
  };
}

const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };

function compareCase(kernel: Kernel, comparison: Comparison, { id, expected, ...counts }: Case): void {
  const a = Float64Array.from(counts.ref_counts);
  const c = Float64Array.from(counts.cur_counts);
  const check = (name: string, actual: number, value: OracleNumber, tolerance = statistic): void =>
    comparison.check(`${id} ${name}`, actual, toNumber(value), tolerance);
  const found = kernel.divergences(a, c);
  check("js", found.js, expected.js_distance_base2);
  check("hellinger", found.hellinger, expected.hellinger);
  check("tvd", found.tvd, expected.total_variation);
  check("linf", found.linf, expected.l_infinity);
  check("kl", found.klReferenceCurrent, expected.kl_ref_cur);
  check("kl backwards", found.klCurrentReference, expected.kl_cur_ref);
  const floor = { kind: "floor", amount: 1e-4, renormalise: false } as const;
  check("psi", kernel.psi(a, c, floor), expected["psi_floor_1e-4"]);
  if (!expected.chi2) return;
  const { statistic: x, dof, minExpected } = kernel.chi2(a, c);
  check("chi2", x, expected.chi2.statistic);
  check("dof", dof, expected.chi2.dof, { relative: 0 });
  check("smallest expected", minExpected, expected.chi2.min_expected);
  check("chi2 p", kernel.chi2Sf(x, dof), expected.chi2.p, { relative: 1e-8, absolute: 1e-300 });
}

describe.each(kernels)("two vectors of counts, by the $name kernel", (kernel) => {
  it("have the divergences and the chi-square that SciPy finds", () => {
    const comparison = new Comparison("two_sample_categorical");
    if (present) {
      const { cases } = readOracle<{ cases: Case[] }>("two_sample_categorical");
      for (const each of cases) compareCase(kernel, comparison, each);
    }
    comparison.finish(kernel.name);
  });
});
