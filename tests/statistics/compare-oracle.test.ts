import { describe, expect, it } from "vitest";
import { compare } from "#core/compare/compare.ts";
import { countScores } from "#core/compare/exact-scores.ts";
import type { Kernel } from "#core/kernel/api.ts";
import { Comparison, jsTolerance, kernels, type Tolerance } from "./comparison.ts";
import { columnsOf, feature, numeric, sha256 } from "./synthetic.ts";
import { tableColumns } from "./peer-tables.ts";
import {
  type OracleNumber,
  present,
  readOracle,
  readSample,
  type Sample,
  toNumber,
} from "./reference-data.ts";

interface NumericCase {
  id: string;
  ref: Sample;
  cur: Sample;
  unreliable?: string[];
  expected: {
    ks?: {
      statistic: OracleNumber;
      p_exact?: OracleNumber;
      p_asymp: OracleNumber;
      scipy_auto_is_exact: boolean;
    };
    wasserstein?: OracleNumber;
    energy_distance?: OracleNumber;
    t_welch?: { statistic: OracleNumber; p: OracleNumber };
    mann_whitney?: { p_asymptotic_continuity: OracleNumber; p_exact?: OracleNumber };
    anderson_ksamp_midrank?: { statistic: OracleNumber; p_clipped: OracleNumber };
  };
}

interface CountsCase {
  id: string;
  ref_counts: number[];
  cur_counts: number[];
  expected: {
    chi2?: Tested;
    g_test?: Tested;
    js_distance_base2: OracleNumber;
    total_variation: OracleNumber;
  };
}
interface Tested {
  statistic: OracleNumber;
  p: OracleNumber;
}

const statistic: Tolerance = { relative: 1e-9, absolute: 1e-12 };
const probability: Tolerance = { relative: 1e-8, absolute: 1e-300 };
/** SciPy's own digits end here for the normal limit of ranks and for kstwo. */
const coarse: Tolerance = { relative: 1e-6, absolute: 1e-12 };

/** Rows of a case, both sides. Larger ones are the Wasm kernel's: the twin takes most of a minute, and has to equal it anyway. */
const mostOf = (kernel: Kernel): number => (kernel.name === "twin" ? 1000 : Infinity);

describe.each(kernels)("what a comparison shows of the rows, by the $name kernel", (kernel) => {
  it("is what SciPy answers for numbers", { timeout: 120_000 }, async () => {
    const comparison = new Comparison("two_sample_numeric");
    const cases = present ? readOracle<{ cases: NumericCase[] }>("two_sample_numeric").cases : [];
    // Values near the ends of a double have no moments; tests of the methods themselves hold those.
    for (const { id, ref, cur, unreliable = [], expected } of cases.filter(
      ({ unreliable: odd }) => !odd?.length,
    )) {
      const [reference, current] = [ref, cur].map((sample) => columnsOf({ x: numeric(readSample(sample)) }));
      if (reference.rows === 0 || current.rows === 0) continue;
      if (reference.rows + current.rows > mostOf(kernel)) continue;
      const { features } = await compare(
        kernel,
        { reference, current, features: [feature("x", "numeric")] },
        { sha256 },
      );
      const { scores } = features[0];
      const check = (
        name: string,
        actual: number | null | undefined,
        wanted: OracleNumber,
        to: Tolerance,
      ): void => {
        if (
          !unreliable.includes(name) &&
          Number.isFinite(toNumber(wanted)) &&
          actual !== null &&
          actual !== undefined
        )
          comparison.check(`${id} ${name}`, actual, toNumber(wanted), to);
      };
      const { ks, wasserstein, energy_distance, t_welch, anderson_ksamp_midrank } = expected;
      if (ks) {
        check("ks", scores.ks.statistic, ks.statistic, statistic);
        if (!ks.scipy_auto_is_exact) check("ks p", scores.ks.pValue, ks.p_asymp, coarse);
      }
      if (wasserstein !== undefined)
        check("wasserstein", scores.wasserstein.statistic, wasserstein, statistic);
      if (energy_distance !== undefined && scores.energy)
        check("energy", scores.energy.statistic, energy_distance, statistic);
      // Values near 1e15 that differ by 1: no digits are left for the difference of two means (docs/methods/numeric.md).
      if (t_welch && id !== "huge_offset2") {
        check("t", scores.ttest.statistic, t_welch.statistic, coarse);
        check("t p", scores.ttest.pValue, t_welch.p, coarse);
      }
      if (anderson_ksamp_midrank) {
        check("ad", scores.ad.statistic, anderson_ksamp_midrank.statistic, statistic);
        check("ad p", scores.ad.pValue, anderson_ksamp_midrank.p_clipped, coarse);
      }
    }
    comparison.finish(kernel.name);
  });

  it("is what SciPy answers for counts", () => {
    const comparison = new Comparison("two_sample_categorical");
    const cases = present ? readOracle<{ cases: CountsCase[] }>("two_sample_categorical").cases : [];
    for (const { id, ref_counts, cur_counts, expected } of cases) {
      const scores = countScores(kernel, Float64Array.from(ref_counts), Float64Array.from(cur_counts));
      const check = (name: string, actual: number | null, wanted: OracleNumber, to: Tolerance): void => {
        if (actual !== null && Number.isFinite(toNumber(wanted)))
          comparison.check(`${id} ${name}`, actual, toNumber(wanted), to);
      };
      const distance = toNumber(expected.js_distance_base2);
      check("js", scores.js.statistic, distance, jsTolerance(distance));
      check("tvd", scores.tvd.statistic, expected.total_variation, statistic);
      if (expected.chi2) {
        check("chi2", scores.chi2.statistic, expected.chi2.statistic, statistic);
        check("chi2 p", scores.chi2.pValue, expected.chi2.p, probability);
      }
      // Of millions of rows SciPy's own G loses digits; oracle-counts.test.ts holds ours against mpmath.
      if (expected.g_test)
        check("g", scores.g.statistic, expected.g_test.statistic, id === "huge" ? coarse : statistic);
    }
    comparison.finish(kernel.name);
  });
});

describe("files whose drift is known", () => {
  it("are found, and nothing else", async () => {
    if (!present) return console.log("reference data: absent");
    const [reference, monitored] = ["car_loan_reference", "car_loan_monitored"].map((name) =>
      tableColumns(name),
    );
    const names = [
      "car_value",
      "salary_range",
      "debt_to_income_ratio",
      "repaid_loan_on_prev_car",
      "driver_tenure",
    ];
    const features = names.map((name) =>
      feature(name, reference.columns.get(name)?.kind === "numeric" ? "numeric" : "categorical"),
    );
    const [kernel] = kernels;
    const found = await compare(
      kernel,
      { reference, current: monitored, features, options: { compat: "nannyml" } },
      { sha256 },
    );
    const drifted = found.features
      .filter(({ verdict }) => verdict.status === "drift")
      .map(({ name }) => name);
    expect(drifted).toContain("car_value");
    // Half of the monitored rows have changed, so a share of 10 % has become 5 %.
    expect(found.features.find(({ name }) => name === "salary_range")?.verdict.status).toBe("warning");
    expect(drifted).toContain("repaid_loan_on_prev_car");
    expect(drifted).not.toContain("driver_tenure");
    expect(found.compat?.columns.find(({ column }) => column === "car_value")?.alarms?.alarmed).toBe(6);
  });
});
