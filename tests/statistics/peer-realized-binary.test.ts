import { describe, it } from "vitest";
import type { Kernel } from "#core/kernel/api.ts";
import { averagePrecisionOfGroups } from "#core/methods/performance/average-precision.ts";
import { binaryConfusionOf, binaryDecisions } from "#core/methods/performance/binary-decisions.ts";
import {
  averagePrecisionError,
  chunkError,
  decisionErrors,
  rocAucError,
} from "#core/methods/performance/chunk-error.ts";
import { rocAucOfGroups } from "#core/methods/performance/roc-auc.ts";
import { groupsOfScores } from "#core/methods/performance/score-groups.ts";
import { deviationThresholds, outside } from "#core/methods/thresholds.ts";
import { Comparison, kernels, type Tolerance } from "./comparison.ts";
import { chunksOf, type ModelRows, readModel } from "./model-rows.ts";
import { present, readPeer } from "./reference-data.ts";

interface Printed {
  sampling_error: number;
  value: number;
  upper_threshold: number;
  lower_threshold: number;
  alert: boolean;
}
const metrics = [
  "roc_auc",
  "f1",
  "precision",
  "recall",
  "specificity",
  "accuracy",
  "average_precision",
] as const;
type Metric = (typeof metrics)[number];
type Row = Record<Metric, Printed> & { chunk: { period: "reference" | "analysis" } };

/** Tables are printed with six digits. */
const printed: Tolerance = { relative: 6e-6 };
const errorTolerance: Partial<Record<Metric, Tolerance>> = {
  // Tied scores: NannyML's unstable sort orders them by chance; other sorts of the same rows differ by 0.2 %.
  roc_auc: { relative: 5e-3 },
  // 50 unseeded bootstrap samples know their own standard deviation to 10 % (one sigma).
  average_precision: { relative: 0.1 },
};

function measure(kernel: Kernel, { scores, predicted, labels }: ModelRows): Record<Metric, number> {
  const groups = groupsOfScores(scores, labels);
  const { f1, precision, recall, specificity, accuracy } = binaryDecisions(
    kernel,
    binaryConfusionOf(labels, predicted),
  );
  return {
    roc_auc: rocAucOfGroups(kernel, groups).statistic,
    average_precision: averagePrecisionOfGroups(kernel, groups).statistic,
    f1: f1.statistic,
    precision: precision.statistic,
    recall: recall.statistic,
    specificity: specificity.statistic,
    accuracy: accuracy.statistic,
  };
}

/** The sampling errors of chunks of 5000 rows, from the whole reference. */
function foretold(kernel: Kernel): Record<Metric, number> {
  const { scores, predicted, labels } = readModel("car_loan", "reference");
  const groups = groupsOfScores(scores, labels);
  const errors = {
    ...decisionErrors(binaryConfusionOf(labels, predicted)),
    roc_auc: rocAucError(groups),
    average_precision: averagePrecisionError(kernel, groups),
  };
  return Object.fromEntries(metrics.map((metric) => [metric, chunkError(errors[metric], 5000)])) as Record<
    Metric,
    number
  >;
}

describe.each(kernels)("NannyML's realised performance, by the $name kernel", (kernel) => {
  it("has the values, sampling errors, thresholds and alerts of its documentation", () => {
    const comparison = new Comparison("realized_standard_binary");
    if (present) {
      const { tables } = readPeer<{ tables: Row[][] }>("realized_standard_binary");
      const errors = foretold(kernel);
      const reference = chunksOf(readModel("car_loan", "reference"), 5000).map((chunk) =>
        measure(kernel, chunk),
      );
      const monitored = chunksOf(readModel("car_loan", "monitored"), 5000).map((chunk) =>
        measure(kernel, chunk),
      );
      for (const rows of tables)
        rows.forEach((row, index) => {
          const values = (row.chunk.period === "reference" ? reference : monitored)[index];
          for (const metric of metrics) {
            const where = `${row.chunk.period} ${index} ${metric}`;
            const wanted = row[metric];
            const tolerance = errorTolerance[metric] ?? printed;
            const thresholds = deviationThresholds(
              kernel,
              Float64Array.from(reference, (each) => each[metric]),
              { range: { low: 0, high: 1 } },
            );
            comparison.check(where, values[metric], wanted.value, printed);
            comparison.check(`${where} error`, errors[metric], wanted.sampling_error, tolerance);
            comparison.check(`${where} lower`, thresholds.lower ?? NaN, wanted.lower_threshold, printed);
            comparison.check(`${where} upper`, thresholds.upper ?? NaN, wanted.upper_threshold, printed);
            const alert = outside(values[metric], thresholds);
            comparison.check(`${where} alert`, Number(alert), Number(wanted.alert), { relative: 0 });
          }
        });
    }
    comparison.finish(kernel.name);
  });
});
