import { describe, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { chunksByCount } from "#core/methods/chunking/by-rows.ts";
import {
  chunkError,
  type ErrorPerRow,
  meanError,
  rootMeanError,
} from "#core/methods/performance/chunk-error.ts";
import { regressionMeasures } from "#core/methods/performance/regression.ts";
import { type RegressionSums, regressionSumsOf } from "#core/methods/performance/regression-sums.ts";
import { deviationThresholds, outside } from "#core/methods/thresholds.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { present, readPeer, readTable } from "./reference-data.ts";

const metrics = ["mae", "mape", "mse", "msle", "rmse", "rmsle"] as const;
type Metric = (typeof metrics)[number];
interface Printed {
  sampling_error: number;
  value: number;
  upper_threshold: number;
  lower_threshold: number;
  alert: boolean;
}
type Row = Record<Metric, Printed> & { chunk: { period: "reference" | "analysis" } };
interface Published {
  cases: { test: string; values: [Metric, number[]][] }[];
}

/** Six digits are printed. */
const printed: Tolerance = { relative: 6e-6 };
/** The expected values of NannyML's own tests are rounded to five decimals. */
const rounded: Tolerance = { relative: 1e-5, absolute: 5.1e-6 };

/** Ten equal chunks of the rows whose prediction is not negative, as NannyML's example does. */
function carPriceSums(kernel: Kernel, part: "reference" | "monitored", chunks = 10): RegressionSums[] {
  const table = readTable(`car_price_${part}`);
  const column = (name: string): number[] => (table.get(name) ?? []).map(Number);
  const [labels, predictions] = [column("y_true"), column("y_pred")];
  const kept = labels.map((_, row) => row).filter((row) => predictions[row] >= 0);
  return chunksByCount({ rows: kept.length }, chunks).chunks.map(({ start, end }) => {
    const rows = kept.slice(start, end);
    const of = (values: number[]): Float64Array => Float64Array.from(rows, (row) => values[row]);
    return regressionSumsOf(kernel, of(labels), of(predictions), 5000);
  });
}

function measure(kernel: Kernel, sums: RegressionSums): Record<Metric, number> {
  const found = regressionMeasures(kernel, sums);
  return Object.fromEntries(metrics.map((metric) => [metric, found[metric].statistic])) as Record<
    Metric,
    number
  >;
}

function errorsPerRow(sums: RegressionSums): Record<Metric, ErrorPerRow> {
  return {
    mae: meanError(sums.absolute),
    mape: meanError(sums.percentage),
    mse: meanError(sums.squared),
    msle: meanError(sums.squaredLog),
    rmse: rootMeanError(sums.squared),
    rmsle: rootMeanError(sums.squaredLog),
  };
}

describe.each(kernels)("NannyML's realised regression, by the $name kernel", (kernel) => {
  it("has the values, sampling errors, thresholds and alerts of its documentation", () => {
    const comparison = new Comparison("realized_regression");
    if (present) {
      const { tables } = readPeer<{ tables: Row[][] }>("realized_regression");
      const errors = errorsPerRow(carPriceSums(kernel, "reference", 1)[0]);
      const [reference, monitored] = (["reference", "monitored"] as const).map((part) =>
        carPriceSums(kernel, part).map((sums) => measure(kernel, sums)),
      );
      for (const rows of tables)
        rows.forEach((row, index) => {
          const found = (row.chunk.period === "reference" ? reference : monitored)[index];
          for (const metric of metrics) {
            const where = `${row.chunk.period} ${index} ${metric}`;
            const wanted = row[metric];
            const thresholds = deviationThresholds(
              kernel,
              Float64Array.from(reference, (each) => each[metric]),
              { range: { low: 0 } },
            );
            comparison.check(where, found[metric], wanted.value, printed);
            const error = chunkError(errors[metric], 6000);
            comparison.check(`${where} error`, error, wanted.sampling_error, printed);
            comparison.check(`${where} lower`, thresholds.lower ?? NaN, wanted.lower_threshold, printed);
            comparison.check(`${where} upper`, thresholds.upper ?? NaN, wanted.upper_threshold, printed);
            const alert = outside(found[metric], thresholds);
            comparison.check(`${where} alert`, Number(alert), Number(wanted.alert), { relative: 0 });
          }
        });
    }
    comparison.finish(kernel.name);
  });

  it("has the values of its own tests", () => {
    const comparison = new Comparison("tests_realized_regression");
    if (present) {
      const found = carPriceSums(kernel, "monitored").map((sums) => measure(kernel, sums));
      for (const { test, values } of readPeer<Published>("tests_realized_regression").cases)
        for (const [metric, expected] of values)
          expected.forEach((value, chunk) =>
            comparison.check(`${test} ${metric} ${chunk}`, found[chunk][metric], value, rounded),
          );
    }
    comparison.finish(kernel.name);
  });
});
