import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { kolmogorovExactSf } from "#core/methods/numeric/kolmogorov-exact.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Table {
  args: string[];
  out?: string[];
  rows: OracleNumber[][];
}

/** The functions behind each table, one for each of its value columns. */
const tables: Record<string, ((kernel: Kernel, args: number[]) => number)[]> = {
  kolmogorov_sf: [(kernel, [x]) => kernel.kolmogorovSf(x)],
  normal_sf: [(kernel, [x]) => kernel.normalSf(x)],
  normal_cdf: [(kernel, [x]) => kernel.normalSf(-x)],
  normal_ppf: [(kernel, [p]) => kernel.normalPpf(p)],
  chi2_sf: [(kernel, [x, dof]) => kernel.chi2Sf(x, dof)],
  gamma_q_p: [(kernel, [a, x]) => kernel.gammaQ(a, x), (kernel, [a, x]) => kernel.gammaP(a, x)],
  student_t_sf: [(kernel, [t, dof]) => kernel.tSf(t, dof)],
  betainc_regularized: [(kernel, [a, b, x]) => kernel.betaI(a, b, x)],
  f_sf: [(kernel, [x, d1, d2]) => kernel.fSf(x, d1, d2)],
  lgamma: [(kernel, [x]) => kernel.lgamma(x)],
  erfc: [(kernel, [x]) => kernel.erfc(x)],
  digamma: [(kernel, [x]) => kernel.digamma(x)],
  kstwo_sf: [(kernel, [d, n]) => kolmogorovExactSf(kernel, d, n)],
  log1p_expm1: [(kernel, [x]) => kernel.log1p(x), (kernel, [x]) => kernel.expm1(x)],
};
/** 1e-12, and below 1e-300 whatever is below 1e-300. */
const tolerance: Tolerance = { relative: 1e-12, absolute: 1e-300 };
/** SciPy's own table of the exact one-sample law is good to about 1e-10 (its note). */
const tabulated: Tolerance = { relative: 1e-10 };

describe.each(kernels)("the special functions of the $name kernel", (kernel) => {
  it("agree with fifty-digit arithmetic to 1e-12", () => {
    const comparison = new Comparison("special_functions");
    if (present) {
      const oracle = readOracle<{ tables: Record<string, Table> }>("special_functions").tables;
      expect(Object.keys(oracle).sort()).toEqual(Object.keys(tables).sort());
      for (const [name, functions] of Object.entries(tables)) {
        const { args, rows } = oracle[name];
        for (const row of rows.map((cells) => cells.map(toNumber))) {
          const input = row.slice(0, args.length);
          functions.forEach((f, i) => {
            const where = `${name}(${input.join(", ")})`;
            comparison.check(
              where,
              f(kernel, input),
              row[args.length + i],
              name === "kstwo_sf" ? tabulated : tolerance,
            );
          });
        }
      }
    }
    comparison.finish(kernel.name);
  });
});
