import { describe, expect, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { medianAbsoluteError } from "#core/methods/performance/median-error.ts";
import { regressionMeasures, type RegressionMetric } from "#core/methods/performance/regression.ts";
import { regressionSumsOf } from "#core/methods/performance/regression-sums.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { columnOf, type QualityCase } from "./quality-cases.ts";
import { type OracleNumber, present, readOracle, toNumber } from "./reference-data.ts";

type Case = QualityCase & { expected: Record<string, OracleNumber | null> };

const names: Record<string, RegressionMetric> = {
  mae: "mae",
  mse: "mse",
  rmse: "rmse",
  bias_mean_pred_minus_true: "bias",
  max_abs_error: "maxError",
  r2: "r2",
  explained_variance: "explainedVariance",
  mape_all_nonzero: "mape",
  mape_sklearn_eps: "mape",
  smape: "smape",
  msle: "msle",
  rmsle: "rmsle",
};
const statistic: Tolerance = { relative: 1e-9, absolute: 1e-12 };
/** Between labels of 1e9 the library's difference of logarithms has lost all but six digits; ours has not. */
const cancelled: Tolerance = { relative: 1e-6 };

function compareCase(kernel: Kernel, comparison: Comparison, each: Case): void {
  const { id, expected } = each;
  const [labels, predictions] = [columnOf(each, "y_true"), columnOf(each, "y_pred")];
  const sums = regressionSumsOf(kernel, labels, predictions, labels[0]);
  const found = regressionMeasures(kernel, sums);
  comparison.check(`${id} n`, sums.error.count, toNumber(expected.n ?? NaN), { relative: 0 });
  comparison.check(`${id} zeros`, sums.zeroLabels, toNumber(expected.n_zero_true ?? NaN), { relative: 0 });
  const median = medianAbsoluteError(kernel, labels, predictions).statistic;
  comparison.check(`${id} median`, median, toNumber(expected.median_abs_error ?? NaN), statistic);
  for (const [theirs, ours] of Object.entries(names)) {
    // With labels of 0 this one divides by 2.2e-16: not compared.
    if (theirs === "mape_sklearn_eps" && sums.zeroLabels > 0) continue;
    // A key that is not there, and null, both mean undefined.
    const wanted = toNumber(expected[theirs] ?? "NaN");
    const tolerance = id === "offset" && theirs.endsWith("msle") ? cancelled : statistic;
    comparison.check(`${id} ${theirs}`, found[ours].statistic, wanted, tolerance);
  }
}

describe.each(kernels)("the quality of a regression, by the $name kernel", (kernel) => {
  it("is what scikit-learn finds", () => {
    const comparison = new Comparison("regression_quality");
    const cases = present ? readOracle<{ cases: Case[] }>("regression_quality").cases : [];
    for (const each of cases) compareCase(kernel, comparison, each);
    comparison.finish(kernel.name);
    if (present) expect(cases.length).toBeGreaterThan(50);
  });
});
