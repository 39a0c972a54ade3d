import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { evidentlyKl, evidentlyPsi, occupiedCells } from "#core/methods/compat/evidently-shares.ts";
import { chiSquare, type ChiSquareResult, chiSquareYates } from "#core/methods/counts/chi-square.ts";
import { cramersV } from "#core/methods/counts/cramers-v.ts";
import { gTest } from "#core/methods/counts/g-test.ts";
import { goodnessOfFit } from "#core/methods/counts/goodness-of-fit.ts";
import { hellinger } from "#core/methods/counts/hellinger.ts";
import { js } from "#core/methods/counts/js.ts";
import { kl } from "#core/methods/counts/kl.ts";
import { linf } from "#core/methods/counts/linf.ts";
import { novelty } from "#core/methods/counts/novelty.ts";
import { psi } from "#core/methods/counts/psi.ts";
import { tvd } from "#core/methods/counts/tvd.ts";
import { Comparison, jsTolerance, kernels, type Tolerance } from "./comparison.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

interface Divergences {
  js_distance_base2: OracleNumber;
  js_distance_base_e: OracleNumber;
  hellinger: OracleNumber;
  total_variation: OracleNumber;
  l_infinity: OracleNumber;
  kl_ref_cur: OracleNumber;
  kl_cur_ref: OracleNumber;
}

interface Test {
  statistic: OracleNumber;
  dof: number;
  p: OracleNumber;
}

interface Case {
  id: string;
  ref_counts: number[];
  cur_counts: number[];
  expected: Divergences & {
    "psi_floor_1e-4": OracleNumber;
    evidently_psi: OracleNumber;
    evidently_kl: OracleNumber;
    unseen_share_current: OracleNumber;
    new_categories: number;
    vanished_categories: number;
    chi2?: Test & { cramers_v: OracleNumber; min_expected: OracleNumber };
    chi2_yates?: { statistic: OracleNumber; p: OracleNumber };
    g_test?: Test;
    chi2_goodness_of_fit_evidently?: Test;
  };
}

interface Numeric {
  id: string;
  unreliable?: string[];
  expected: {
    binned?: Record<string, Divergences & { psi: OracleNumber; ref_counts: number[]; cur_counts: number[] }>;
  };
}

const exact: Tolerance = { relative: 0 };
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-15 };
const floor = { kind: "floor", amount: 1e-4, renormalise: false } as const;

type Check = (name: string, actual: number | null, expected: OracleNumber, tolerance?: Tolerance) => void;

function checks(comparison: Comparison, id: string): Check {
  return (name, actual, expected, tolerance = statistic) =>
    comparison.check(`${id} ${name}`, actual ?? NaN, toNumber(expected), tolerance);
}

function compareDivergences(
  kernel: Kernel,
  check: Check,
  a: Float64Array,
  c: Float64Array,
  expected: Divergences,
): void {
  check(
    "js",
    js(kernel, a, c).statistic,
    expected.js_distance_base2,
    jsTolerance(toNumber(expected.js_distance_base2)),
  );
  const nats = expected.js_distance_base_e;
  check("js in nats", js(kernel, a, c, "nats").statistic, nats, jsTolerance(toNumber(nats)));
  check("hellinger", hellinger(kernel, a, c).statistic, expected.hellinger);
  check("tvd", tvd(kernel, a, c).statistic, expected.total_variation);
  check("linf", linf(kernel, a, c).statistic, expected.l_infinity);
  check("kl", kl(kernel, a, c, "reference-from-current").statistic, expected.kl_ref_cur);
  check("kl backwards", kl(kernel, a, c).statistic, expected.kl_cur_ref);
}

/**
 * P-values to 1e-8, and to 1e-6 below 1e-100, as the reference data's conventions have it. `rounding` is how much of the
 * expected statistic is its own rounding.
 */
function compareTest(
  check: Check,
  name: string,
  found: ChiSquareResult,
  test: Omit<Test, "dof">,
  rounding = 0,
): void {
  check(name, found.statistic, test.statistic, { relative: 1e-9, absolute: Math.max(1e-15, rounding) });
  const tiny = toNumber(test.p) < 1e-100;
  check(`${name} p`, found.pValue, test.p, {
    relative: tiny ? 1e-6 : 1e-8,
    absolute: Math.max(1e-300, rounding * toNumber(test.p)),
  });
}

function compareCase(kernel: Kernel, comparison: Comparison, each: Case): void {
  const { id, expected } = each;
  const a = Float64Array.from(each.ref_counts);
  const c = Float64Array.from(each.cur_counts);
  const check = checks(comparison, id);
  if (expected.js_distance_base2 === undefined) {
    // An empty side: the oracle gives nothing, and nothing is what we answer.
    check("no answer", psi(kernel, a, c).statistic + js(kernel, a, c).statistic, "NaN");
    return;
  }
  compareDivergences(kernel, check, a, c, expected);
  check("psi", psi(kernel, a, c, floor).statistic, expected["psi_floor_1e-4"]);
  const kept = occupiedCells(a, c);
  check("evidently psi", evidentlyPsi(kernel, kept.a, kept.c).statistic, expected.evidently_psi);
  check("evidently kl", evidentlyKl(kernel, kept.a, kept.c).statistic, expected.evidently_kl);
  const { statistic: unseen, newCells, vanishedCells } = novelty(kernel, a, c);
  check("unseen", unseen, expected.unseen_share_current);
  check("new", newCells, expected.new_categories, exact);
  check("vanished", vanishedCells, expected.vanished_categories, exact);
  const [chi2, yates] = [chiSquare(kernel, a, c), chiSquareYates(kernel, a, c)];
  if (expected.chi2) {
    compareTest(check, "chi2", chi2, expected.chi2);
    check("dof", chi2.dof, expected.chi2.dof, exact);
    check("smallest expected", chi2.minExpected, expected.chi2.min_expected);
    check("cramers v", cramersV(kernel, a, c, "plain").statistic, expected.chi2.cramers_v);
  } else check("no chi2", chi2.pValue, "NaN");
  if (expected.chi2_yates) compareTest(check, "yates", yates, expected.chi2_yates);
  else check("no yates", yates.statistic, "NaN");
  if (expected.g_test) {
    const found = gTest(kernel, a, c);
    // SciPy adds O ln(O/E) as they stand, summands as large as the rows that cancel: N times the last bit is noise. Ours
    // is held to many digits below.
    const rows = a.reduce((sum, count, i) => sum + count + c[i], 0);
    compareTest(check, "g", found, expected.g_test, rows * Number.EPSILON);
    check("g dof", found.dof, expected.g_test.dof, exact);
  }
  const fit = goodnessOfFit(kernel, a, c);
  if (expected.chi2_goodness_of_fit_evidently) {
    compareTest(check, "fit", fit, expected.chi2_goodness_of_fit_evidently);
    check("fit dof", fit.dof, expected.chi2_goodness_of_fit_evidently.dof, exact);
  } else if (newCells > 0) check("fit with a new category", fit.statistic, "Infinity");
  else check("no fit", fit.pValue, "NaN");
}

describe.each(kernels)("methods on counts, by the $name kernel", (kernel) => {
  it("find what SciPy and NumPy find for categories", () => {
    const comparison = new Comparison("two_sample_categorical");
    if (present)
      for (const each of readOracle<{ cases: Case[] }>("two_sample_categorical").cases)
        compareCase(kernel, comparison, each);
    comparison.finish(kernel.name);
  });

  it("find what NumPy finds for the binned counts of numeric samples", () => {
    const comparison = new Comparison("two_sample_numeric, binned");
    if (present) {
      const { cases } = readOracle<{ cases: Numeric[] }>("two_sample_numeric");
      for (const { id, unreliable, expected } of cases) {
        if (!expected.binned || unreliable?.includes("binned")) continue;
        for (const name of ["quantile10", "width10"]) {
          const binned = expected.binned[name];
          if (!binned) continue;
          const [a, c] = [Float64Array.from(binned.ref_counts), Float64Array.from(binned.cur_counts)];
          const check = checks(comparison, `${id} ${name}`);
          compareDivergences(kernel, check, a, c, binned);
          check("psi", psi(kernel, a, c, floor).statistic, binned.psi);
        }
        // Evidently's js on its own bins, and NannyML's: its last count is what fell outside, the reference's is none.
        const { evidently, nannyml } = expected.binned;
        if (evidently) {
          const [a, c] = [Float64Array.from(evidently.ref_counts), Float64Array.from(evidently.cur_counts)];
          const found = js(kernel, a, c, "nats").statistic;
          checks(comparison, id)("evidently js", found, evidently.js_distance_base_e);
        }
        if (nannyml) {
          const outside = (nannyml as unknown as { outside_count: number }).outside_count;
          const a = Float64Array.of(...nannyml.ref_counts, 0);
          const c = Float64Array.of(...nannyml.cur_counts, outside);
          const check = checks(comparison, id);
          check("nannyml js", js(kernel, a, c).statistic, nannyml.js_distance_base2);
          check("nannyml hellinger", hellinger(kernel, a, c).statistic, nannyml.hellinger);
        }
      }
    }
    comparison.finish(kernel.name);
  });

  it("keep the digits of G where shares are nearly equal (expected: mpmath, 50 digits)", () => {
    const comparison = new Comparison("values of mpmath");
    const digits: Tolerance = { relative: 1e-13 };
    const huge = gTest(
      kernel,
      Float64Array.of(1000000000, 2000000000, 5),
      Float64Array.of(100000000, 200000500, 1),
    );
    comparison.check("g", huge.statistic, 0.3425351086427542, digits);
    comparison.check("g p", huge.pValue ?? NaN, 0.8425961030816214, digits);
    const close = gTest(kernel, Float64Array.of(520, 480), Float64Array.of(1041, 960));
    comparison.check("g of close shares", close.statistic, 0.00015372132556990532, digits);
    comparison.finish(kernel.name);
  });

  it("keep the digits of Jensen-Shannon where shares are nearly equal (expected: mpmath, 50 digits)", () => {
    const comparison = new Comparison("values of mpmath");
    const [a, c] = [Float64Array.of(1000000000, 2000000000, 5), Float64Array.of(100000000, 200000500, 1)];
    const digits: Tolerance = { relative: 1e-10 };
    comparison.check("js", js(kernel, a, c).statistic, 1.4300689778831728e-5, digits);
    comparison.check("js in nats", js(kernel, a, c, "nats").statistic, 1.1906105218102112e-5, digits);
    comparison.finish(kernel.name);
  });

  it("find what is worked out by hand", () => {
    const [a, c] = [Float64Array.of(50, 50, 0), Float64Array.of(40, 40, 20)];
    expect(tvd(kernel, a, c).statistic).toBeCloseTo(0.2, 14);
    expect(linf(kernel, a, c).statistic).toBeCloseTo(0.2, 14);
    expect(chiSquare(kernel, a, c)).toMatchObject({ dof: 2, cells: 3, minExpected: 10, asymptotic: false });
    expect(chiSquare(kernel, a, c).statistic).toBeCloseTo(200 / 9, 12);
    expect(cramersV(kernel, a, c, "plain").statistic).toBeCloseTo(1 / 3, 14);
    expect(goodnessOfFit(kernel, a, c)).toMatchObject({ statistic: Infinity, pValue: 0 });
    expect(kl(kernel, a, c)).toMatchObject({ statistic: Infinity, pValue: null });
    expect(novelty(kernel, a, c)).toMatchObject({ statistic: 0.2, newCells: 1, vanishedCells: 0 });
    // Half a count more everywhere: 50.5/101.5, 50.5/101.5, 0.5/101.5 against 40.5, 40.5, 20.5 of 101.5.
    const smoothed = (20 * Math.log(50.5 / 40.5) + 20 * Math.log(20.5 / 0.5)) / 101.5;
    expect(psi(kernel, a, c).statistic).toBeCloseTo(smoothed, 13);
  });
});
